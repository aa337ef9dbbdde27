-- Keys are UUIDs of the first 16 bytes of SHA-256 over dimension, natural key and begin of validity
-- in microseconds since 1970 (docs/history.md, "Keys").
with
-- include concept/version.sql
named as (
    select
        *,
        case
            when isfinite(valid_from) then ((extract(epoch from valid_from) * 1000000)::bigint)::text
            else '-infinity'
        end as begin
    from version
)
select format('wrong key: %s has %s for the version from %s', member, version_key, valid_from) as what
from named
where
    version_key <> encode(
        substr(sha256(convert_to(format('%s|%s|%s', dimension, natural_key, begin), 'UTF8')), 1, 16), 'hex'
    )::uuid
