-- What a platform told us of a connection by itself, and what came of the last upload of our app to its catalogue.
alter table connections
  add column learned jsonb,
  add column upload jsonb;
