-- Silver knows people by pseudonym alone; vault.person says who they are, and of nobody else: as the
-- statement with the greatest (extracted_at, content_hash) has it.
with
last_statement as (
    select distinct on (person_record_pseudonym) person_record_pseudonym, extracted_at, content_hash
    from silver.people
    order by person_record_pseudonym, extracted_at desc, content_hash desc
)
select
    case
        when identity.person_record_pseudonym is null
            then format('%s is in silver.people, but not in the vault', person_record_pseudonym)
        when stated.person_record_pseudonym is null
            then format('%s is in vault.person, but not in silver', person_record_pseudonym)
        else format('%s is in vault.person, but not as last stated', person_record_pseudonym)
    end as what
from last_statement as stated
full join vault.person as identity using (person_record_pseudonym)
where
    (stated.extracted_at, stated.content_hash)
    is distinct from (identity.effective_at, identity.content_hash)
