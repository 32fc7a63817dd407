-- Two working roles, both without login: the service logs in as a role that may become either and inherits neither.
-- References between tenant tables carry the tenant, since foreign keys look past row-level security.
-- patchcord_app sees one tenant's rows; patchcord_system carries jobs and look-ups that come before a tenant is known.
-- Roles belong to the whole server, so another database of it may have made them, even at this moment.
do $$ declare r text; begin
  foreach r in array array['patchcord_app', 'patchcord_system'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;
grant patchcord_app, patchcord_system to current_user;
grant usage on schema public to patchcord_app, patchcord_system;

create function current_tenant() returns text language sql stable
  return nullif(current_setting('app.tenant_id', true), '');

create table tenants (
  id text primary key,
  slug text not null unique,
  name text not null,
  settings jsonb not null default '{}',
  created_at timestamptz not null
);

create table connections (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  adapter text not null,
  name text not null,
  settings_sealed text not null,
  options jsonb not null default '{}',
  enabled boolean not null default true,
  health jsonb not null default '{"state":"starting"}',
  penalty_until timestamptz,
  subscription jsonb,
  directory_cursor text,
  directory_synced_at timestamptz,
  swept_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, name),
  unique (tenant_id, id)
);

create table people (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  name text not null,
  emails text[] not null default '{}',
  department text,
  title text,
  site text,
  locale text,
  time_zone text,
  active boolean not null default true,
  search text not null default '',
  search_skills text not null default '',
  search_vector tsvector generated always as (to_tsvector('simple', search || ' ' || search_skills)) stored,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (tenant_id, id)
);
create index people_search on people using gin (search_vector);
create index people_tenant on people (tenant_id, id);
create index people_emails on people using gin (emails);

create table accounts (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  person_id text,
  connection_id text not null,
  external_id text not null,
  name text not null,
  emails text[] not null default '{}',
  phone text,
  matched_by text not null,
  active boolean not null default true,
  created_at timestamptz not null,
  unique (connection_id, external_id),
  unique (tenant_id, id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete set null (person_id),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);
create index accounts_person on accounts (person_id);
create index accounts_tenant on accounts (tenant_id, connection_id);

create table api_keys (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  name text not null,
  hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);

create table sign_ins (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  kind text not null check (kind in ('experts', 'admins')),
  issuer text not null,
  audience text not null,
  directory_id text,
  connection_id text,
  settings_sealed text,
  unique (tenant_id, kind),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);

create table platform_tokens (
  tenant_id text not null references tenants on delete cascade,
  connection_id text not null,
  key text not null,
  sealed text not null,
  expires_at timestamptz not null,
  primary key (connection_id, key),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);

create table presences (
  account_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  availability text not null,
  activity text not null,
  native text,
  routable boolean,
  observed_at timestamptz not null,
  sequence bigint,
  source text not null,
  restore jsonb,
  changed_at timestamptz not null,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index presences_tenant on presences (tenant_id);

create table holds (
  account_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  asked jsonb not null,
  held jsonb,
  state text not null,
  reason text,
  renew_at timestamptz,
  written_at timestamptz,
  created_at timestamptz not null,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index holds_tenant on holds (tenant_id);

create table experts (
  person_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  accepting boolean not null default true,
  paused_until timestamptz,
  languages text[] not null default '{}',
  roster jsonb not null default '{}',
  quota jsonb not null default '{}',
  last_asked_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, person_id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index experts_tenant on experts (tenant_id);

create table expert_skills (
  tenant_id text not null references tenants on delete cascade,
  person_id text not null,
  skill text not null,
  level int not null check (level between 1 and 5),
  primary key (person_id, skill),
  foreign key (tenant_id, person_id) references experts (tenant_id, person_id) on delete cascade
);
create index expert_skills_skill on expert_skills (tenant_id, skill, level desc);

create table interactions (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  connection_id text not null,
  ref text not null,
  root_ref text not null,
  journey_id text not null,
  channel text not null,
  state text not null,
  snapshot jsonb not null,
  sequence bigint,
  observed_at timestamptz not null,
  agent_person_id text,
  started_at timestamptz not null,
  ended_at timestamptz,
  unique (connection_id, root_ref),
  unique (tenant_id, id),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade,
  foreign key (tenant_id, agent_person_id) references people (tenant_id, id) on delete set null (agent_person_id)
);
create index interactions_agent on interactions (tenant_id, agent_person_id) where state = 'live';
create index interactions_ref on interactions (connection_id, ref);

create table contexts (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  interaction_id text,
  sealed text not null,
  customer_hash text,
  expires_at timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, interaction_id) references interactions (tenant_id, id) on delete cascade
);
create index contexts_expiry on contexts (expires_at);

create table consults (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  interaction_id text not null,
  journey_id text not null,
  agent_person_id text not null,
  expert_person_id text,
  context_id text,
  kind text not null,
  state text not null,
  result text,
  skill text,
  machine jsonb not null,
  version int not null default 1,
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, interaction_id) references interactions (tenant_id, id) on delete cascade,
  foreign key (tenant_id, agent_person_id) references people (tenant_id, id) on delete cascade,
  foreign key (tenant_id, expert_person_id) references people (tenant_id, id) on delete set null (expert_person_id),
  foreign key (tenant_id, context_id) references contexts (tenant_id, id) on delete set null (context_id)
);
create unique index consults_live on consults (interaction_id) where state <> 'ended' and kind not in ('question', 'meeting');
create index consults_tenant on consults (tenant_id, requested_at desc, id);
create index consults_agent on consults (tenant_id, agent_person_id) where state <> 'ended';
create index consults_expert on consults (tenant_id, expert_person_id) where state <> 'ended';

create table offers (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  consult_id text not null,
  person_id text not null,
  account_id text,
  position int not null,
  state text not null,
  why jsonb not null default '[]',
  place jsonb,
  shown text,
  asked_at timestamptz,
  answered_at timestamptz,
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete cascade,
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete set null (account_id)
);
create index offers_consult on offers (consult_id);
create index offers_person on offers (tenant_id, person_id, asked_at);

create table commands (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  consult_id text not null,
  operation text not null,
  args jsonb not null,
  state text not null,
  reason text,
  attempts int not null default 0,
  asked_at timestamptz not null,
  sent_at timestamptz,
  settled_at timestamptz,
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete cascade
);
create index commands_consult on commands (consult_id);

create table timeline (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants on delete cascade,
  consult_id text not null,
  at timestamptz not null,
  what text not null,
  data jsonb not null default '{}',
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete cascade
);
create index timeline_consult on timeline (consult_id, id);

create table inbound_events (
  tenant_id text not null references tenants on delete cascade,
  connection_id text not null,
  event_id text not null,
  received_at timestamptz not null,
  primary key (connection_id, event_id),
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);
create index inbound_events_age on inbound_events (received_at);

create table idempotency_keys (
  tenant_id text not null references tenants on delete cascade,
  actor text not null,
  key text not null,
  request_hash text not null,
  status int not null,
  response text not null,
  created_at timestamptz not null,
  primary key (tenant_id, actor, key)
);

create table audit (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants on delete cascade,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text not null,
  data jsonb not null default '{}'
);
create index audit_tenant on audit (tenant_id, id desc);

create table jobs (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants on delete cascade,
  key text not null,
  name text not null,
  payload jsonb not null default '{}',
  lane int not null default 5,
  run_at timestamptz not null,
  locked_until timestamptz,
  attempts int not null default 0,
  revision int not null default 1,
  error_code text,
  unique (tenant_id, key)
);
create index jobs_due on jobs (run_at, lane);

-- What changed, for live feeds: who must look again. `tx` orders rows by commit, so that resuming never skips one.
create table changes (
  id bigint generated always as identity,
  tenant_id text not null references tenants on delete cascade,
  tx xid8 not null default pg_current_xact_id(),
  topic text not null,
  key text not null,
  at timestamptz not null,
  primary key (id)
);
create index changes_order on changes (tx, id);
create index changes_age on changes (at);

do $$ declare t text; begin
  for t in select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;
revoke update, delete on audit from patchcord_app;

alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenants_own on tenants for all to patchcord_app using (id = current_tenant()) with check (id = current_tenant());
grant select, update on tenants to patchcord_app;

-- The system role: whom to work for and when, and nothing that a customer or colleague said.
do $$ declare t text; begin
  foreach t in array array['tenants', 'connections', 'api_keys', 'sign_ins', 'jobs', 'changes', 'inbound_events', 'idempotency_keys', 'platform_tokens'] loop
    execute format('create policy %I on %I for all to patchcord_system using (true) with check (true)', t || '_of_system', t);
  end loop;
end $$;
grant select, insert, update, delete on tenants to patchcord_system;
grant select on connections, api_keys, sign_ins to patchcord_system;
grant select, insert, update, delete on jobs to patchcord_system;
grant select, delete on changes, inbound_events, idempotency_keys, platform_tokens to patchcord_system;
