-- Whether refinery has ever run here.
select to_regclass('public.refinery_schema_history') is not null
