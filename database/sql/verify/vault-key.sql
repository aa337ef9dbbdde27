-- Without the fingerprint a service with another key would give known patients new pseudonyms.
with
silver as (
    select exists (select from silver.adt_record) as has_records
)
select 'no fingerprint: silver holds records, but vault.key is empty' as what
from silver
where has_records and not exists (select from vault.key)
