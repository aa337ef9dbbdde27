analyze pg_temp.record;
analyze pg_temp.refused;
analyze pg_temp.redriven;
analyze pg_temp.adt_record;
