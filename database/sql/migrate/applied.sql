-- The migrations that were applied, each with the checksum of its text.
select version, checksum
from public.refinery_schema_history
order by version
