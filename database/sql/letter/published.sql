delete from ops.dead_letter where quarantine_id = any($1)
