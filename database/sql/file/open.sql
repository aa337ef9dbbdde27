-- Takes a file, unless there is one for its day already.
with taken as (
    insert into bronze.file (
        hospital_code, kind, extract_date, schema_version, extracted_at, sha256, bytes, lines, withdraws, path,
        received_at
    )
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
    -- What was read in another epoch is void.
    where (select epoch from ops.simulation) = $12
    on conflict (hospital_code, kind, extract_date) do nothing
    returning file_id, hospital_code, kind
)
insert into ops.file_progress (file_id, hospital_code, kind)
select file_id, hospital_code, kind
from taken
returning file_id
