select count(*) as patients from pg_temp.patient
