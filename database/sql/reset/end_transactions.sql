-- Transactions of services that do not answer, and of whoever else loads: they would be waited for. What
-- they have not committed is emptied all the same.
select count(pg_terminate_backend(pid)) as ended
from pg_stat_activity
where datname = current_database()
    and usename = current_user
    and pid <> pg_backend_pid()
    and backend_type = 'client backend'
    and xact_start is not null
