-- Occupied beds of the departments, by the last closed hour of their hospital. Grain: one row a department that says
-- how many beds it has, of a hospital with closed hours.
select
    frontier.hospital_code, department.department_code, department.beds,
    coalesce(sum(occupied.patients_at_start + occupied.arrivals - occupied.departures), 0)::bigint as occupied_beds
from ops.census_frontier as frontier
join gold.dim_department as department using (hospital_code)
-- An hour that began under another version of the department is the department's all the same.
left join gold.dim_department as version
    on version.hospital_code = department.hospital_code and version.department_code = department.department_code
left join gold.fact_bed_occupancy as occupied
    on occupied.hospital_code = frontier.hospital_code
    and occupied.hour_starts_at = frontier.closed_until - interval '1 hour'
    and occupied.department_key = version.department_key
where department.is_current and department.beds is not null
group by frontier.hospital_code, department.department_code, department.beds
order by frontier.hospital_code, department.department_code
