-- Where an organization is told what happens, after the Standard Webhooks specification.
create table webhook_endpoints (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  url text not null,
  description text not null default '',
  -- Types of events; `consult.*`: all of a kind; `*`: all but presence, which has to be asked for.
  events text[] not null,
  secrets_sealed text not null,
  disabled_at timestamptz,
  disabled_why text check (disabled_why in ('admin', 'gone', 'failing')),
  -- Since when every attempt has failed.
  failing_since timestamptz,
  created_at timestamptz not null,
  unique (tenant_id, id)
);
create index webhook_endpoints_tenant on webhook_endpoints (tenant_id, id);

-- What was to be told, once for all endpoints. `position`: the order in which it happened.
create table webhook_messages (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  position bigint generated always as identity,
  type text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null,
  unique (tenant_id, id)
);
create index webhook_messages_age on webhook_messages (tenant_id, created_at);

create table webhook_deliveries (
  endpoint_id text not null,
  message_id text not null,
  tenant_id text not null references tenants on delete cascade,
  state text not null check (state in ('waiting', 'delivered', 'dead', 'superseded')),
  attempts int not null default 0,
  attempt_at timestamptz not null,
  attempted_at timestamptz,
  -- What came of the last attempt: the status of the answer, or why there was none.
  status int,
  error text,
  primary key (endpoint_id, message_id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id) on delete cascade,
  foreign key (tenant_id, message_id) references webhook_messages (tenant_id, id) on delete cascade
);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, attempt_at) where state = 'waiting';
create index webhook_deliveries_message on webhook_deliveries (tenant_id, message_id);

-- Routing rules, each change a new version.
create table routing_rules (
  tenant_id text not null references tenants on delete cascade,
  version int not null,
  rules jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant_id, version)
);

-- A direct number of a shop, a branch or a team: who answers it, when, and who stands in.
create table lines (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  number text not null,
  definition jsonb not null,
  changed_at timestamptz not null,
  unique (tenant_id, number),
  unique (tenant_id, id)
);

-- What was answered to a flow that asked where to send a customer. Codes only; kept for a while, to measure the outcome.
create table routing_decisions (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  journey_id text not null,
  line_id text,
  -- A keyed digest, so that a customer who comes again finds who helped them.
  caller_hash text,
  intent text,
  channel text not null,
  -- The rule that decided, and what it chose.
  rule text,
  chosen text not null check (chosen in ('expert', 'queue', 'number', 'callback', 'none')),
  person_id text,
  answer jsonb not null,
  decided_at timestamptz not null,
  interaction_id text,
  outcome text,
  outcome_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, line_id) references lines (tenant_id, id) on delete set null (line_id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete set null (person_id),
  foreign key (tenant_id, interaction_id) references interactions (tenant_id, id) on delete set null (interaction_id)
);
create index routing_decisions_age on routing_decisions (tenant_id, decided_at);
create index routing_decisions_caller on routing_decisions (tenant_id, caller_hash) where caller_hash is not null;
create index routing_decisions_journey on routing_decisions (tenant_id, journey_id);

-- A customer waits to be called back. What they said and their number are sealed.
create table callbacks (
  id text primary key,
  tenant_id text not null references tenants on delete cascade,
  line_id text,
  decision_id text,
  journey_id text not null,
  person_id text,
  sealed text,
  caller_hash text,
  state text not null check (state in ('open', 'claimed', 'done', 'lost')),
  outcome text,
  attempts int not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (tenant_id, id),
  foreign key (tenant_id, line_id) references lines (tenant_id, id) on delete set null (line_id),
  foreign key (tenant_id, decision_id) references routing_decisions (tenant_id, id) on delete set null (decision_id),
  foreign key (tenant_id, person_id) references people (tenant_id, id) on delete set null (person_id)
);
create index callbacks_open on callbacks (tenant_id, due_at) where state in ('open', 'claimed');

do $$ declare t text; begin
  foreach t in array array['webhook_endpoints', 'webhook_messages', 'webhook_deliveries', 'routing_rules', 'lines',
    'routing_decisions', 'callbacks'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy %I on %I for all to patchcord_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t || '_of_tenant', t);
    execute format('grant select, insert, update, delete on %I to patchcord_app', t);
  end loop;
end $$;
-- Versions are only ever added.
revoke update, delete on routing_rules from patchcord_app;
