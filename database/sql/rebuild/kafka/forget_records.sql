drop view pg_temp.record
