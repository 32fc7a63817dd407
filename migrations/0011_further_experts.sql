-- Asked to join an expert who is there already, not to take their place; and when they left while others went on.
alter table offers add column joins boolean not null default false;
alter table offers add column left_at timestamptz;
