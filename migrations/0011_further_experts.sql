-- Asked to join an expert who is there already, not to take their place.
alter table offers add column joins boolean not null default false;
