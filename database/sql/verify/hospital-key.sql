-- Keys are UUIDs of the first 16 bytes of SHA-256 over dimension, natural key and begin of validity
-- (docs/history.md, "Keys").
with
expected as (
    select
        hospital_code,
        hospital_key,
        encode(
            substr(sha256(convert_to(format('dim_hospital|%s|-infinity', hospital_code), 'UTF8')), 1, 16),
            'hex'
        )::uuid as expected_key
    from gold.dim_hospital
)
select format('wrong key: hospital %s has %s', hospital_code, hospital_key) as what
from expected
where hospital_key <> expected_key
