-- For this transaction: names are written out in every statement, times are shown in UTC, and plans
-- are those of large tables. A statement that was planned on statistics of yesterday's small table
-- would loop over today's large one.
set local search_path = pg_catalog;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local enable_nestloop = off;
set local jit = off;
set local work_mem = '64MB';
set local statement_timeout = 0;
