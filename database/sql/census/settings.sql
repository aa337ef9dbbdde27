-- For this transaction, whatever the session's defaults: the job may run over anybody's connection.
-- A span is probed by index, and planned by its own bounds: most are a day, the first one is all.
set local search_path = pg_catalog;
set local timezone = 'UTC';
set local jit = off;
set local max_parallel_workers_per_gather = 0;
set local enable_seqscan = off;
set local plan_cache_mode = force_custom_plan;
set local statement_timeout = 0;
-- A job whose machine vanishes gives its turn up within a minute.
set local tcp_keepalives_idle = 30;
set local tcp_keepalives_interval = 10;
set local tcp_keepalives_count = 3;
set local tcp_user_timeout = '1min';
