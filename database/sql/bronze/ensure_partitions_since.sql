-- The partitions of a past day and of all days up to today. A record of a year ago or more has no time, or a wrong one.
select bronze.ensure_partitions($1::date, today)
from (select (now() at time zone 'UTC')::date as today) as now
where $1::date between today - 365 and today
