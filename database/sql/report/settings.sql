-- For this transaction: names are written out in every statement, and days without a hospital are UTC's.
set local search_path = pg_catalog;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local jit = off;
set local work_mem = '64MB';
set local statement_timeout = 0;
