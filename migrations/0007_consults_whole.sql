-- What a customer came for, as the contact center calls it: whoever has helped with it before is a good choice again.
alter table consults add column intent text;
create index consults_helped on consults (tenant_id, expert_person_id, intent)
  where result in ('transferred', 'returned', 'answered');
