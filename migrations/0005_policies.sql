-- Presence policies, each change a new version. `rules`: a preset's name or a list of rules; null: none from here on.
create table policies (
  tenant_id text not null references tenants on delete cascade,
  scope text not null check (scope in ('tenant', 'team', 'person')),
  -- The department or the person; empty for the tenant.
  subject text not null default '',
  person_id text generated always as (case when scope = 'person' then subject end) stored,
  version int not null,
  rules jsonb,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, scope, subject, version),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index policies_person on policies (person_id) where person_id is not null;

insert into policies (tenant_id, scope, version, rules, created_at, created_by)
  select id, 'tenant', 1, settings -> 'presencePolicy', now(), 'system:migration' from tenants
  where jsonb_typeof(settings -> 'presencePolicy') = 'string';
update tenants set settings = settings - 'presencePolicy' where settings ? 'presencePolicy';

-- Whether presence is used at all, and how long it is kept. Without a row: used, and not kept.
create table presence_settings (
  tenant_id text primary key references tenants on delete cascade,
  enabled boolean not null default true,
  history_days int not null default 0 check (history_days between 0 and 30)
);

-- What people showed of their own doing, only for tenants that have switched it on.
create table presence_history (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants on delete cascade,
  account_id text not null,
  at timestamptz not null,
  availability text not null,
  activity text not null,
  routable boolean,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index presence_history_account on presence_history (account_id, at);
create index presence_history_at on presence_history (tenant_id, at);

do $$ declare t text; begin
  foreach t in array array['policies', 'presence_settings', 'presence_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;
-- Versions are only ever added.
revoke update, delete on policies from patchcord_app;

-- How far reading has come, for figures over all tenants.
create policy sweeps_of_system on sweeps for all to patchcord_system using (true) with check (true);
grant select on sweeps to patchcord_system;
