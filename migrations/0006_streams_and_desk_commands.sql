-- Which process follows a platform's event stream: one at a time over all processes.
create table stream_leases (
  connection_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  holder text not null,
  held_until timestamptz not null,
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);
alter table stream_leases enable row level security;
alter table stream_leases force row level security;
create policy stream_leases_of_tenant on stream_leases for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
create policy stream_leases_of_system on stream_leases for all to patchcord_system using (true) with check (true);
grant select, insert, update, delete on stream_leases to patchcord_app, patchcord_system;

-- Commands that only the agent's browser can carry out wait for a desk that claims them.
alter table commands
  add column executor text not null default 'server',
  add column holder text,
  add column claim_until timestamptz,
  add column outcome_until timestamptz;
