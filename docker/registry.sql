-- The schema registry's role and database beside the warehouse. Run by docker/postgres-roles, as often as wanted.

\set ON_ERROR_STOP on
\getenv password REGISTRY_PASSWORD

set log_statement = none;
set log_min_error_statement = panic;
set log_min_duration_statement = -1;

select 'create role apicurio login'
where not exists (select from pg_roles where rolname = 'apicurio')
\gexec
alter role apicurio password :'password';

select $$create database apicurio owner apicurio template template0 encoding 'UTF8' locale 'C'$$
where not exists (select from pg_database where datname = 'apicurio')
\gexec
revoke all on database apicurio from public;
