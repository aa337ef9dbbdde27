-- Rows by layer as PostgreSQL's own statistics have them, some seconds behind and nearly right: no row is
-- counted. The calendar is left out, as it is no data. Files are few enough to be counted.
select
    coalesce(sum(n_live_tup) filter (where schemaname = 'bronze'), 0)::bigint as bronze,
    coalesce(sum(n_live_tup) filter (where schemaname = 'silver'), 0)::bigint as silver,
    coalesce(sum(n_live_tup) filter (where schemaname = 'gold' and relname <> 'dim_date'), 0)::bigint as gold,
    coalesce(sum(n_live_tup) filter (where schemaname = 'ops' and relname = 'quarantine'), 0)::bigint as quarantined,
    (select count(*) from ops.file_progress where state = 'loaded') as files
from pg_stat_user_tables
