-- Hours that no census has counted.
delete from gold.fact_bed_occupancy as stored
where not exists (
    select
    from ops.census_frontier as frontier
    where frontier.hospital_code = stored.hospital_code and frontier.closed_until > stored.hour_starts_at
)
