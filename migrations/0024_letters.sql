-- Letters that are no others with a mark on them are written as people write them who cannot type them (the same list is in
-- src/identity/directory-rows.ts), so that "soren" finds "Søren". What was kept before is written anew. The owner of these
-- tables sees no row of theirs while row-level security is forced.
create function written(line text) returns text language sql immutable as $$
  select replace(replace(replace(replace(translate(line, 'øłđðħŧı', 'olddhti'), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th')
$$;
do $$ declare t text; begin
  foreach t in array array['people', 'experts', 'expert_words', 'saved_answer_words'] loop
    execute format('alter table %I no force row level security', t);
  end loop;

  update people set search = written(search), search_skills = written(search_skills)
    where (search, search_skills) is distinct from (written(search), written(search_skills));
  insert into saved_answer_words (tenant_id, word, answer_id)
    select tenant_id, left(written(word), 6), answer_id from saved_answer_words where word <> written(word)
    on conflict do nothing;
  delete from saved_answer_words where word <> written(word);

  foreach t in array array['people', 'experts', 'expert_words', 'saved_answer_words'] loop
    execute format('alter table %I force row level security', t);
  end loop;
end $$;
drop function written;
