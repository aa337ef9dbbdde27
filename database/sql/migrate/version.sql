-- The newest migration that was applied, 0 where none was.
select coalesce(max(version), 0)::int from public.refinery_schema_history
