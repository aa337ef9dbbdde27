-- Who may do what. The loader alone changes rows; it makes no tables.

grant usage on schema bronze, silver, vault, gold, ops to wardflow_loader;
grant select, insert on bronze.kafka_record to wardflow_loader;
grant select, insert, update, delete on all tables in schema silver, gold to wardflow_loader;
grant select, insert, update on all tables in schema vault to wardflow_loader;
grant select, insert, update, delete on all tables in schema ops to wardflow_loader;
grant execute on function bronze.ensure_partitions(date, date) to wardflow_loader;

grant usage on schema gold to wardflow_analyst, wardflow_privacy, wardflow_grafana;
grant select on all tables in schema gold to wardflow_analyst, wardflow_privacy, wardflow_grafana;

grant usage on schema vault to wardflow_privacy;
grant select on all tables in schema vault to wardflow_privacy;

-- The record of migrations, so that services can tell whether they fit the database.
grant select on public.refinery_schema_history to wardflow_loader;
comment on table public.refinery_schema_history is 'Migrations that were applied, kept by refinery.';
