-- Hours are closed up to here, and counted.
insert into ops.census_frontier as stored (hospital_code, closed_until)
values ($1, $2)
on conflict (hospital_code) do update set closed_until = excluded.closed_until
where stored.closed_until <> excluded.closed_until
