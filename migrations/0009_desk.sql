-- Colleagues whom an agent keeps at hand.
create table favourites (
  tenant_id text not null references tenants on delete cascade,
  agent_id text not null,
  person_id text not null,
  created_at timestamptz not null,
  primary key (tenant_id, agent_id, person_id),
  foreign key (tenant_id, agent_id) references people (tenant_id, id) on delete cascade,
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index favourites_person on favourites (tenant_id, person_id);
alter table favourites enable row level security;
alter table favourites force row level security;
create policy favourites_of_tenant on favourites for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on favourites to patchcord_app;
