-- The server tells of each of the loader's statements what it took, with its text; the log is that of a measuring.
create extension if not exists pg_walinspect;
alter role wardflow_loader in database benchmark set log_statement_stats = on;
alter role wardflow_loader in database benchmark set log_error_verbosity = 'verbose';
alter role wardflow_loader in database benchmark set log_min_error_statement = 'error';
