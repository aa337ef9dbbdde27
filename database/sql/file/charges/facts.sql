-- The facts of the patients from silver: of several contents of a line that with the greatest
-- (extracted_at, content_hash), keyed by the version of the patient at its time. $2 is the unknown
-- member, whose versions have no patient.
merge into gold.fact_charge as fact
using (
    select
        line.*,
        coalesce(
            (
                select version.patient_key
                from gold.dim_patient as version
                where version.patient_pseudonym = line.patient_pseudonym and version.valid_from <= line.at
                order by version.valid_from desc
                limit 1
            ),
            (
                select version.patient_key
                from gold.dim_patient as version
                where version.patient_pseudonym = line.patient_pseudonym
                order by version.valid_from
                limit 1
            ),
            $2
        ) as patient_key
    from (
        select distinct on (encounter_key, line_number)
            *, coalesce(charged_at, extracted_at) as at
        from silver.charges
        where patient_pseudonym = any($1::uuid[])
        order by encounter_key, line_number, extracted_at desc, content_hash desc
    ) as line
) as wanted
    on fact.encounter_key = wanted.encounter_key and fact.line_number = wanted.line_number
when matched
    and (fact.patient_key, fact.item_code, fact.description, fact.quantity, fact.unit_price_cents,
        fact.amount_cents, fact.charged_at)
    is distinct from (wanted.patient_key, wanted.item_code, wanted.description, wanted.quantity,
        wanted.unit_price_cents, wanted.amount_cents, wanted.charged_at)
then update set
    patient_key = wanted.patient_key,
    item_code = wanted.item_code,
    description = wanted.description,
    quantity = wanted.quantity,
    unit_price_cents = wanted.unit_price_cents,
    amount_cents = wanted.amount_cents,
    charged_at = wanted.charged_at
when not matched then insert (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, item_code,
        description, quantity, unit_price_cents, amount_cents, charged_at
) values (
    wanted.encounter_key, wanted.line_number, wanted.patient_key, wanted.patient_pseudonym,
    wanted.hospital_code, wanted.item_code, wanted.description, wanted.quantity,
        wanted.unit_price_cents, wanted.amount_cents, wanted.charged_at
)
