-- Under row-level security an index is asked only by comparisons that cannot leak: equality and order of texts. Arrays
-- and text search would read all people of the tenant each time. So addresses and words have tables of their own, kept by
-- triggers in the same statement.

create table people_addresses (
  tenant_id text not null,
  email text collate "C" not null,
  person_id text not null,
  primary key (tenant_id, email, person_id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index people_addresses_person on people_addresses (person_id);

-- The words by which an expert who is here is found: of the person and of the skills, without accents and in lower case
-- already.
create table expert_words (
  tenant_id text not null,
  word text collate "C" not null,
  person_id text not null,
  primary key (tenant_id, word, person_id),
  foreign key (tenant_id, person_id) references experts (tenant_id, person_id) on delete cascade
);
create index expert_words_person on expert_words (person_id, word);
create index experts_asking on experts (tenant_id, accepting desc, last_asked_at nulls first, person_id);

do $$ declare t text; begin
  foreach t in array array['people_addresses', 'expert_words'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;

create function begin_addresses() returns trigger language plpgsql as $$ begin
  insert into people_addresses (tenant_id, email, person_id)
    select distinct n.tenant_id, e, n.id from now_there n, unnest(n.emails) e order by 2, 3;
  return null;
end $$;
create function keep_addresses() returns trigger language plpgsql as $$ begin
  delete from people_addresses where person_id = new.id and tenant_id = new.tenant_id and email <> all (new.emails);
  insert into people_addresses (tenant_id, email, person_id)
    select new.tenant_id, e, new.id from unnest(new.emails) e on conflict do nothing;
  return null;
end $$;
create trigger addresses_begin after insert on people
  referencing new table as now_there for each statement execute function begin_addresses();
create trigger addresses_follow after update on people
  for each row when (old.emails is distinct from new.emails) execute function keep_addresses();

create function begin_words() returns trigger language plpgsql as $$ begin
  insert into expert_words (tenant_id, word, person_id)
    select p.tenant_id, w, p.id from now_there n join people p on p.id = n.person_id and p.active,
      unnest(tsvector_to_array(p.search_vector)) w order by 2, 3;
  return null;
end $$;
create function keep_words() returns trigger language plpgsql as $$ begin
  delete from expert_words where person_id = new.id and tenant_id = new.tenant_id
    and (not new.active or word <> all (tsvector_to_array(new.search_vector)));
  insert into expert_words (tenant_id, word, person_id)
    select e.tenant_id, w, e.person_id from experts e, unnest(tsvector_to_array(new.search_vector)) w
    where e.person_id = new.id and e.tenant_id = new.tenant_id and new.active on conflict do nothing;
  return null;
end $$;
create trigger words_begin after insert on experts
  referencing new table as now_there for each statement execute function begin_words();
create trigger words_follow after update on people
  for each row when ((old.search_vector, old.active) is distinct from (new.search_vector, new.active))
  execute function keep_words();

insert into people_addresses (tenant_id, email, person_id) select distinct tenant_id, e, id from people, unnest(emails) e;
insert into expert_words (tenant_id, word, person_id)
  select p.tenant_id, w, p.id from people p join experts x on x.person_id = p.id, unnest(tsvector_to_array(p.search_vector)) w
  where p.active;
drop index people_search;
drop index people_emails;
