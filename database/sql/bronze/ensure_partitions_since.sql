-- The partitions of a past day and of all days up to today; of a year at the most.
select bronze.ensure_partitions(greatest($1::date, today - 365), today)
from (select (now() at time zone 'UTC')::date as today) as now
where $1::date <= today
