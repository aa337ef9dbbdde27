-- Who is killed amid a statement gives its locks up within a second, not at the statement's end.
set client_connection_check_interval = '1s';
-- Tables beside are looked up by random keys.
set temp_buffers = '64MB';
