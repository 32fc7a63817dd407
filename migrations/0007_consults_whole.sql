-- What a customer came for, as the contact center calls it: whoever has helped with it before is a good choice again.
alter table consults add column intent text;
create index consults_helped on consults (tenant_id, expert_person_id, intent)
  where result in ('transferred', 'returned', 'answered');

-- Keyed digests of what may identify the customer in a context, so that it is found again when it has to be erased.
alter table contexts drop column customer_hash;
alter table contexts drop column expires_at;
alter table contexts add column customer_hashes text[] not null default '{}';
create index contexts_interaction on contexts (tenant_id, interaction_id);

-- When names and details of an interaction that has ended were forgotten.
alter table interactions add column forgotten_at timestamptz;
create index interactions_to_forget on interactions (tenant_id, ended_at) where ended_at is not null and forgotten_at is null;

-- What this very contact center can do, as it told us itself; absent: what its adapter can do at most.
alter table connections add column call_facts jsonb;
