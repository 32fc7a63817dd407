-- Pictures of colleagues, as their platforms have them: asked for by desks, read by a job, kept for days, gone with the person.
create table photos (
  tenant_id text not null references tenants on delete cascade,
  person_id text not null,
  -- wanted: not looked for yet; has: there is one; none: there is none, or we may not see it
  state text not null check (state in ('wanted', 'has', 'none')),
  -- A data: address, as screens show it.
  source text check (length(source) <= 90000),
  -- When a desk last asked for it, and when the platform was last looked at.
  asked_at timestamptz not null,
  looked_at timestamptz,
  primary key (tenant_id, person_id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade
);
create index photos_asked on photos (tenant_id, asked_at);
alter table photos enable row level security;
alter table photos force row level security;
create policy photos_of_tenant on photos for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on photos to patchcord_app;

-- What a desk reads of its agent's requests.
create index consults_of_agent on consults (tenant_id, agent_person_id, requested_at);

-- Agents sign in to a desk that nobody hosts.
alter table sign_ins drop constraint sign_ins_kind_check;
alter table sign_ins add constraint sign_ins_kind_check check (kind in ('experts', 'admins', 'agents'));
