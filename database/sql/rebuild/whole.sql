-- Tables as a whole are read in their order and compared by hash, whatever a lane may do. For this transaction.
set local enable_seqscan = on;
set local enable_hashjoin = on;
set local enable_mergejoin = on;
set local enable_nestloop = on;
set local plan_cache_mode = force_custom_plan;
set local work_mem = '64MB';
