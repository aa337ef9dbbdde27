delete from ops.simulation_service
where service = $1 and instance = $2
