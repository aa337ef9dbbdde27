-- A new partition of bronze is made apart and then attached: `create table ... partition of` locks the
-- whole table against everybody, and waits for whoever reads it, with all lanes behind it.
create or replace function bronze.ensure_partitions(first_day date, last_day date) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
-- Who reads the default partition is not waited for: the next run makes what is missing.
set lock_timeout = '2s' as $$
declare
    the_day date;
    name text;
    made integer := 0;
begin
    if last_day - first_day not between 0 and 400 then
        raise exception 'from % to % is not a range of 1 to 401 days', first_day, last_day;
    end if;
    -- Two services that start at once take turns.
    perform pg_advisory_xact_lock(hashtext('bronze.ensure_partitions'));
    for the_day in select first_day + offset_days from generate_series(0, last_day - first_day) as days (offset_days)
    loop
        name := 'kafka_record_' || to_char(the_day, 'YYYYMMDD');
        continue when to_regclass('bronze.' || name) is not null;
        continue when exists (select from bronze.kafka_record_default where received_on = the_day);
        execute format('create table bronze.%I (like bronze.kafka_record including all)', name);
        execute format('comment on table bronze.%I is %L', name, 'Records received on ' || the_day || '.');
        execute format(
            'alter table bronze.kafka_record attach partition bronze.%I for values from (%L) to (%L)',
            name, the_day, the_day + 1
        );
        made := made + 1;
    end loop;
    return made;
end
$$;

-- Every duplicate would lock the one row of its topic, in all lanes; verify proves the reference.
alter table ops.duplicate drop constraint duplicate_topic_id_fkey;
