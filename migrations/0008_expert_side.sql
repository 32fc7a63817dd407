-- How the accounts are set up through which experts are reached, as last seen.
create table account_checks (
  account_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  -- The app that shows the cards: what is known of it, or that it is to be installed.
  app text check (app in ('wanted', 'installed', 'missing', 'failed', 'blocked')),
  -- Why it failed, as one of our error codes.
  code text,
  seen jsonb not null default '{}',
  changed_at timestamptz not null,
  checked_at timestamptz,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index account_checks_tenant on account_checks (tenant_id);

-- What an expert says when it is over: how it went, for the figures and for who asked.
alter table offers
  add column outcome text check (outcome in ('solved', 'partly', 'not-solved')),
  add column outcome_at timestamptz;

-- Answers that are kept for the next time: redacted, and found by others once their author has approved them.
create table saved_answers (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  author_id text not null,
  consult_id text,
  skill text,
  question text not null,
  answer text not null,
  state text not null check (state in ('proposed', 'approved', 'retired')),
  proposed_by text not null,
  created_at timestamptz not null,
  approved_at timestamptz,
  unique (tenant_id, id),
  unique (consult_id, author_id),
  foreign key (tenant_id, author_id) references people (tenant_id, id) on delete cascade,
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete set null (consult_id)
);
create index saved_answers_found on saved_answers (tenant_id, state, skill);
create index saved_answers_author on saved_answers (author_id);

-- The words by which an approved answer is found, without accents and in lower case already. Equality only: see 0004.
create table saved_answer_words (
  tenant_id text not null references tenants on delete cascade,
  word text collate "C" not null,
  answer_id text not null,
  primary key (tenant_id, word, answer_id),
  foreign key (tenant_id, answer_id) references saved_answers (tenant_id, id) on delete cascade
);
create index saved_answer_words_answer on saved_answer_words (answer_id);

-- A saved answer helped somebody: once for each customer conversation.
create table answer_uses (
  answer_id text not null,
  tenant_id text not null references tenants on delete cascade,
  interaction_id text not null,
  person_id text not null,
  at timestamptz not null,
  primary key (answer_id, interaction_id),
  foreign key (tenant_id, answer_id) references saved_answers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, interaction_id) references interactions (tenant_id, id) on delete cascade,
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index answer_uses_tenant on answer_uses (tenant_id, at);

do $$ declare t text; begin
  foreach t in array array['account_checks', 'saved_answers', 'saved_answer_words', 'answer_uses'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;
