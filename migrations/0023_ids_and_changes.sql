-- Ids, ours and the platforms', are compared byte by byte: nobody reads them in order, and a language's rules for sorting
-- take several times as long. All of them, since an index serves a join only where both sides are compared alike. What
-- policies look at (the tenant's id) stays as it is.
do $$ declare c record; begin
  for c in
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type = 'text' and collation_name is null and is_generated = 'NEVER'
      and (column_name = 'id' or column_name like '%\_id') and column_name <> 'tenant_id' and table_name <> 'tenants'
  loop
    execute format('alter table %I alter column %I type text collate "C"', c.table_name, c.column_name);
  end loop;
end $$;

-- One row for all that a statement changed, not one for each thing.
alter table changes alter column key type text[] using array[key];
alter table changes rename column key to keys;
