-- Two tables get a row for each thing that happens and forget it soon. Looking up its tenant for each row, only so that
-- nobody can delete a tenant meanwhile, cost more than the row itself; a deleted tenant takes them along all the same.
alter table changes drop constraint changes_tenant_id_fkey;
alter table inbound_events
  drop constraint inbound_events_tenant_id_fkey,
  drop constraint inbound_events_tenant_id_connection_id_fkey;
create function forget_tenant() returns trigger language plpgsql as $$ begin
  delete from changes where tenant_id = old.id;
  delete from inbound_events where tenant_id = old.id;
  return null;
end $$;
create trigger tenants_forget after delete on tenants for each row execute function forget_tenant();

-- They lie in the order in which they came: a summary of each range of pages finds the old ones.
drop index changes_age;
create index changes_age on changes using brin (at) with (autosummarize = on);
drop index inbound_events_age;
create index inbound_events_age on inbound_events using brin (received_at) with (autosummarize = on);
-- The order of commits is the only one that is ever asked for.
alter table changes drop constraint changes_pkey;
drop index changes_order;
alter table changes add primary key (tx, id);

-- Room on each page for the next version of a row, so that a new status leaves the indexes alone.
alter table presences set (fillfactor = 70);
