-- A lane controls its plans: one backend, every large table probed by index, whatever the size of
-- the tables was when the plan was made.
-- Whatever the server's default is: a statement after a lock must see what the lock waited for.
set default_transaction_isolation = 'read committed';
set jit = off;
set max_parallel_workers_per_gather = 0;
set enable_seqscan = off;
set enable_hashjoin = off;
set enable_mergejoin = off;
set plan_cache_mode = force_generic_plan;
set timezone = 'UTC';
set idle_in_transaction_session_timeout = '5min';
-- Who waits longer for a shard says so in the log, and tries again.
set lock_timeout = '1min';
-- A lane whose machine vanishes in the middle of a batch gives its shards up within a minute.
set tcp_keepalives_idle = 30;
set tcp_keepalives_interval = 10;
set tcp_keepalives_count = 3;
set tcp_user_timeout = '1min';
