-- Further ways to ring somebody on a platform, where its settings name them.
alter table accounts add column sip text;
alter table accounts add column mobile text;
