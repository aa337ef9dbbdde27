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
