-- Answers to questions, sealed like contexts; and where a meeting is joined.
create table replies (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  consult_id text not null,
  person_id text not null,
  sealed text not null,
  created_at timestamptz not null,
  foreign key (tenant_id, consult_id) references consults (tenant_id, id) on delete cascade,
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index replies_consult on replies (consult_id);
alter table replies enable row level security;
alter table replies force row level security;
create policy replies_of_tenant on replies for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on replies to patchcord_app;

alter table consults add column join_url text;
