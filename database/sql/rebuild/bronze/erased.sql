-- What is known of records of erased patients stays.
insert into pg_temp.erased_record
select * from ops.erased_record;
