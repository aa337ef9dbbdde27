-- What files state stays as it is, and is the first of what says the same: bronze does not hold their lines.
insert into pg_temp.{table}
select * from silver.{table} where topic_id is null
