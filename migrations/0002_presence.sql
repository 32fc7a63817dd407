-- When we ourselves last read what is in the row, by our own clock; null while only a push says so.
alter table presences
  add column read_at timestamptz,
  -- Since when it has been known without a gap.
  add column known_at timestamptz,
  -- Somebody waits for a fresh reading, asked for then.
  add column look_at timestamptz;

alter table holds
  -- The account whose presence this hold follows.
  add column cause text,
  -- What of ours may still be seen on the account: [{presence, endedAt?}].
  add column shown jsonb not null default '[]',
  -- What the person showed before our first write, for platforms that do not remember it.
  add column before jsonb;

-- How far the reading of a connection has come.
create table sweeps (
  connection_id text primary key,
  tenant_id text not null references tenants on delete cascade,
  engaged_at timestamptz,
  watched_at timestamptz,
  known_at timestamptz,
  cursor text,
  watched int not null default 0,
  known int not null default 0,
  pushed_at timestamptz,
  foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
);
create index sweeps_tenant on sweeps (tenant_id);
create index presences_look on presences (tenant_id) where look_at is not null;
create index accounts_sweep on accounts (connection_id, id) where active;

do $$ declare t text; begin
  foreach t in array array['sweeps'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;
