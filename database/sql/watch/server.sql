-- The warehouse as its server knows it, and where the announced flow ends by the clock of its first hospital: one row.
select
    pg_database_size(current_database()) as size_bytes, stat.xact_commit as committed, stat.xact_rollback as rolled_back,
    stat.deadlocks,
    (simulation.starts_on + simulation.days)::timestamp at time zone coalesce(hospital.time_zone, 'UTC') as ends_at
from ops.simulation as simulation
left join gold.dim_hospital as hospital on hospital.hospital_code = simulation.hospitals[1]
cross join pg_stat_database as stat
where stat.datname = current_database()
