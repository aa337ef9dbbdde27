-- How COPY prints values, whatever the session's defaults. For this transaction.
set local search_path = pg_catalog;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local client_encoding = 'UTF8';
set local statement_timeout = 0;
