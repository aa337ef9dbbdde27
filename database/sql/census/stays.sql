-- The stays of one hospital ($1) that touch the hours from the begin of a day ($2, or -infinity) on up to another
-- one ($3): of those who were there at that midnight, by the primary key, and of those who came since.
select stay.encounter_key, stay.department_key, stay.arrived_at, stay.left_at
from ops.census_roster as roster
cross join unnest(roster.encounters) as present (encounter_key)
join gold.fact_location_stay as stay using (encounter_key)
where roster.hospital_code = $1
    and roster.day_starts_at = $2
    and stay.arrived_at < $2
    and (stay.left_at >= $2 or stay.left_at is null)
union all
select encounter_key, department_key, arrived_at, left_at
from gold.fact_location_stay
where hospital_code = $1 and arrived_at >= $2 and arrived_at < $3
