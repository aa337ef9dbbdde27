-- How far simulated time is. Of another epoch nothing is told.
update ops.simulation
set simulated_at = $2
where epoch = $1 and simulated_at is distinct from $2
