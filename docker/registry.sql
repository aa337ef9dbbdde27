-- The schema registry's role and database beside the warehouse. Run once by docker/postgres-roles.

\set ON_ERROR_STOP on
\getenv password REGISTRY_PASSWORD

set log_statement = none;
set log_min_error_statement = panic;
set log_min_duration_statement = -1;

create role apicurio login password :'password';
create database apicurio owner apicurio template template0 encoding 'UTF8' locale 'C';
revoke all on database apicurio from public;
