-- How a meeting is joined: on which platform it is, and in which ways the agent's own browser may join the help there.
alter table consults add column join_connection_id text;
alter table consults add column join_ways text[] not null default '{}';
alter table consults add foreign key (tenant_id, join_connection_id) references connections (tenant_id, id)
  on delete set null (join_connection_id);

-- As whom the agent's browser calls, for the length of one consult, and how often it has been given a token lately.
-- Tokens themselves are nowhere.
create table callers (
  consult_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  connection_id text not null,
  -- The platform's own name for it; absent until the platform has made one.
  ref text,
  good_until timestamptz,
  asked int not null,
  asked_since timestamptz not null,
  unique (tenant_id, consult_id),
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete cascade,
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);

alter table callers enable row level security;
alter table callers force row level security;
create policy callers_of_tenant on callers for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on callers to patchcord_app;
