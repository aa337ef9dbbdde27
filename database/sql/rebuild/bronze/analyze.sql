analyze pg_temp.refused;
analyze pg_temp.redriven;
