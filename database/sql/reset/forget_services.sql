-- Who was not seen for so long is gone: the reset has passed it over.
delete from ops.simulation_service
where clock_timestamp() - seen_at > make_interval(secs => $1)
