-- Until when somebody who shows a meeting is in it, by their calendar. Nothing else of a calendar is kept. Asked for where
-- such a person is on a screen and the organization lets us look; forgotten within the day.
create table meeting_ends (
  tenant_id text not null references tenants on delete cascade,
  account_id text not null,
  -- Null: nothing there says, or it has not been looked at yet.
  until_at timestamptz,
  -- The platform's own meetings take place online; a call that shows during one is that meeting.
  is_online boolean not null default false,
  asked_at timestamptz not null,
  looked_at timestamptz,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index meeting_ends_wanted on meeting_ends (tenant_id, asked_at);
alter table meeting_ends enable row level security;
alter table meeting_ends force row level security;
create policy meeting_ends_of_tenant on meeting_ends for all to patchcord_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update, delete on meeting_ends to patchcord_app;
