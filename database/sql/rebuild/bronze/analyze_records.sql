analyze pg_temp.record
