-- Of a skill with thousands of experts the few whose turn it is are wanted, best first. So its rows know what their order
-- depends on, and an index ends the search after as many as are wanted. Kept by triggers in the same statement.
alter table expert_skills
  add column accepting boolean not null default true,
  add column last_asked_at timestamptz,
  add column active boolean not null default true;

create function begin_turns() returns trigger language plpgsql as $$ begin
  select e.accepting, e.last_asked_at, p.active into new.accepting, new.last_asked_at, new.active
    from experts e join people p on p.id = e.person_id
    where e.person_id = new.person_id and e.tenant_id = new.tenant_id;
  return new;
end $$;
create function keep_turns() returns trigger language plpgsql as $$ begin
  update expert_skills set accepting = new.accepting, last_asked_at = new.last_asked_at
    where person_id = new.person_id and tenant_id = new.tenant_id;
  return null;
end $$;
create function leave_turns() returns trigger language plpgsql as $$ begin
  update expert_skills set active = new.active where person_id = new.id and tenant_id = new.tenant_id;
  return null;
end $$;

create trigger turns_begin before insert on expert_skills for each row execute function begin_turns();
create trigger turns_follow after update on experts
  for each row when ((old.accepting, old.last_asked_at) is distinct from (new.accepting, new.last_asked_at))
  execute function keep_turns();
create trigger turns_leave after update on people
  for each row when (old.active is distinct from new.active) execute function leave_turns();

update expert_skills s set accepting = e.accepting, last_asked_at = e.last_asked_at, active = p.active
  from experts e join people p on p.id = e.person_id where e.person_id = s.person_id;
create index expert_skills_turns on expert_skills
  (tenant_id, skill, level desc, accepting desc, last_asked_at nulls first, person_id) where active;
drop index expert_skills_skill;
