-- Who was asked to call a customer back, when, and where the card of each stands.
create table callback_turns (
  callback_id text not null,
  person_id text not null,
  tenant_id text not null references tenants on delete cascade,
  asked_at timestamptz not null,
  -- They gave it to the next by their own hand.
  passed_at timestamptz,
  account_id text,
  place jsonb,
  -- What the card said last, as a digest.
  shown text,
  -- Asked once more: the old card goes and a new one is delivered, so that it is noticed.
  again boolean not null default false,
  primary key (callback_id, person_id),
  foreign key (tenant_id, callback_id) references callbacks (tenant_id, id) on delete cascade,
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete cascade,
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete set null (account_id)
);
create index callback_turns_tenant on callback_turns (tenant_id);
create index callback_turns_person on callback_turns (person_id);

alter table callback_turns enable row level security;
alter table callback_turns force row level security;
create policy callback_turns_of_tenant on callback_turns for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on callback_turns to patchcord_app;
