-- Roles, database and settings that a superuser makes once; everything inside the database is made
-- by `database migrate` as wardflow_owner. Run by psql 15 or newer, as often as wanted:
--
--   WARDFLOW_OWNER_PASSWORD=... WARDFLOW_LOADER_PASSWORD=... psql -f init_db.sql
--
-- Environment: WARDFLOW_DATABASE (default wardflow) and WARDFLOW_<ROLE>_PASSWORD for OWNER, LOADER,
-- ANALYST, PRIVACY and GRAFANA. A role without a password cannot log in by one.

\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;

\getenv database WARDFLOW_DATABASE
\if :{?database}
\else
  \set database wardflow
\endif

-- The statements below hold passwords: keep them out of the server's log, whatever its settings.
set log_statement = none;
set log_min_error_statement = panic;
set log_min_duration_statement = -1;

-- Two that run this script at once take turns; the lock ends with the session.
select pg_advisory_lock(hashtext('wardflow init_db.sql')) \g /dev/null

select format('create role %I login', role)
from unnest(array[
    'wardflow_owner', 'wardflow_loader', 'wardflow_analyst', 'wardflow_privacy', 'wardflow_grafana'
]) as wanted (role)
where not exists (select from pg_roles where rolname = role)
\gexec

\getenv owner_password WARDFLOW_OWNER_PASSWORD
\if :{?owner_password}
  alter role wardflow_owner password :'owner_password';
\endif
\getenv loader_password WARDFLOW_LOADER_PASSWORD
\if :{?loader_password}
  alter role wardflow_loader password :'loader_password';
\endif
\getenv analyst_password WARDFLOW_ANALYST_PASSWORD
\if :{?analyst_password}
  alter role wardflow_analyst password :'analyst_password';
\endif
\getenv privacy_password WARDFLOW_PRIVACY_PASSWORD
\if :{?privacy_password}
  alter role wardflow_privacy password :'privacy_password';
\endif
\getenv grafana_password WARDFLOW_GRAFANA_PASSWORD
\if :{?grafana_password}
  alter role wardflow_grafana password :'grafana_password';
\endif

select format('create database %I owner wardflow_owner template template0 encoding ''UTF8'' locale ''C''', :'database')
where not exists (select from pg_database where datname = :'database')
\gexec

revoke all on database :"database" from public;
grant connect on database :"database"
    to wardflow_loader, wardflow_analyst, wardflow_privacy, wardflow_grafana;

-- What a reader's session is like in this database: gold only, UTC, no query for ever. Compiling a
-- plan of a view (JIT) takes a second or two, most queries do not.
alter role wardflow_analyst in database :"database" set search_path = gold;
alter role wardflow_analyst in database :"database" set timezone = 'UTC';
alter role wardflow_analyst in database :"database" set statement_timeout = '60s';
alter role wardflow_analyst in database :"database" set jit = off;
alter role wardflow_grafana in database :"database" set search_path = gold;
alter role wardflow_grafana in database :"database" set timezone = 'UTC';
alter role wardflow_grafana in database :"database" set statement_timeout = '15s';
alter role wardflow_grafana in database :"database" set jit = off;

-- Readers leave room for the services: connections of a hundred (the usual max_connections), no transaction that is
-- held open and keeps dead rows, no disk full of what a query sorts.
alter role wardflow_analyst connection limit 30;
alter role wardflow_grafana connection limit 15;
alter role wardflow_privacy connection limit 5;
select format('alter role %I in database %I set %s', role, :'database', setting)
from unnest(array['wardflow_analyst', 'wardflow_privacy', 'wardflow_grafana']) as roles (role)
cross join unnest(array[
    'idle_in_transaction_session_timeout = ''5min''',
    'temp_file_limit = ''4GB'''
]) as settings (setting)
\gexec

-- Rows hold identity: no statement of these roles, and no error, may bring a value into the server's
-- log. Only a superuser may say so, hence here.
select format('alter role %I in database %I set %s', role, :'database', setting)
from unnest(array[
    'wardflow_owner', 'wardflow_loader', 'wardflow_analyst', 'wardflow_privacy', 'wardflow_grafana'
]) as roles (role)
cross join unnest(array[
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
    'log_error_verbosity = terse',
    'log_min_error_statement = panic',
    'log_min_messages = log',
    'log_statement = none',
    'log_min_duration_statement = -1'
]) as settings (setting)
\gexec

-- What a new database lets everybody do: large objects are rows that nobody looks at.
\connect :"database"
set client_min_messages = warning;
select pg_advisory_lock(hashtext('wardflow init_db.sql')) \g /dev/null
revoke execute on function
    lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_open(oid, integer),
    lo_put(oid, bigint, bytea), lo_truncate(integer, integer), lo_truncate64(integer, bigint),
    lo_unlink(oid), lowrite(integer, bytea)
from public;

-- The services take turns by such locks: a reader who holds one would stop them.
select format(statement, function.oid::regprocedure)
from pg_proc as function
cross join unnest(array[
    'revoke execute on function %s from public',
    'grant execute on function %s to wardflow_owner, wardflow_loader'
]) as statements (statement)
where function.pronamespace = 'pg_catalog'::regnamespace
    and function.proname ~ '^pg_(try_)?advisory_(xact_)?lock'
\gexec
