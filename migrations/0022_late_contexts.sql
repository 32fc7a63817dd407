-- The details of a request may be stored after the request itself, where their table is slow: a call never waits for them.
alter table consults drop constraint consults_tenant_id_context_id_fkey;
