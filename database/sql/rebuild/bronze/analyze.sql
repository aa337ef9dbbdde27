analyze pg_temp.record;
analyze pg_temp.refused;
analyze pg_temp.redriven;
analyze pg_temp.adt_record;
analyze pg_temp.staff_statement;
analyze pg_temp.department_statement;
