-- The days of one hospital that begin within a span of hours, or with its end.
select hospital_code, day_starts_at, encounters
from ops.census_roster
where hospital_code = $1 and day_starts_at > $2 and day_starts_at <= $3
