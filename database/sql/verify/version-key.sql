-- Keys are UUIDs of the first 16 bytes of SHA-256 over dimension, natural key and begin of validity
-- in microseconds since 1970 (docs/history.md, "Keys").
with
-- include concept/version.sql
named as (
    select
        *,
        case
            when patient_pseudonym = '00000000-0000-0000-0000-000000000000' then 'dim_patient|unknown'
            when patient_pseudonym is not null then 'dim_patient|' || patient_pseudonym
            when hospital_code = 'unknown' and department_code = 'unknown' then 'dim_department|unknown'
            else 'dim_department|' || hospital_code || '/' || department_code
        end as natural_key,
        case
            when isfinite(valid_from) then ((extract(epoch from valid_from) * 1000000)::bigint)::text
            else '-infinity'
        end as begin
    from version
)
select
    format(
        'wrong key: %s has %s for the version from %s',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        version_key,
        valid_from
    ) as what
from named
where
    version_key
    <> encode(substr(sha256(convert_to(natural_key || '|' || begin, 'UTF8')), 1, 16), 'hex')::uuid
