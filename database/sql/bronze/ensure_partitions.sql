-- Today's partition and those of the days ahead.
select bronze.ensure_partitions(
    (now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + $1::integer
)
