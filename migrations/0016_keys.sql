-- The key with which all that a tenant has sealed was last seen to be sealed (src/admin/reseal.ts).
alter table tenants add column sealed_by text;
delete from jobs where name = 'context.reseal';

-- How the accounts of experts are set up is looked at by itself (src/teams/readiness/check-experts.ts).
insert into jobs (tenant_id, key, name, payload, lane, run_at)
  select id, 'experts.check', 'experts.check', '{}', 8, now() from tenants on conflict do nothing;
