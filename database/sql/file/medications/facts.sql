-- The facts of the patients from silver: of several contents of a line that with the greatest
-- (extracted_at, content_hash), keyed by the version of the patient at its time. $2 is the unknown
-- member, whose versions have no patient.
merge into gold.fact_medication as fact
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
            *, coalesce(started_at, extracted_at) as at
        from silver.medications
        where patient_pseudonym = any($1::uuid[])
        order by encounter_key, line_number, extracted_at desc, content_hash desc
    ) as line
) as wanted
    on fact.encounter_key = wanted.encounter_key and fact.line_number = wanted.line_number
when matched
    and (fact.patient_key, fact.atc, fact.name, fact.dose, fact.route, fact.frequency,
        fact.quantity, fact.started_at)
    is distinct from (wanted.patient_key, wanted.atc, wanted.name, wanted.dose, wanted.route,
        wanted.frequency, wanted.quantity, wanted.started_at)
then update set
    patient_key = wanted.patient_key,
    atc = wanted.atc,
    name = wanted.name,
    dose = wanted.dose,
    route = wanted.route,
    frequency = wanted.frequency,
    quantity = wanted.quantity,
    started_at = wanted.started_at
when not matched then insert (
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, atc, name, dose,
        route, frequency, quantity, started_at
) values (
    wanted.encounter_key, wanted.line_number, wanted.patient_key, wanted.patient_pseudonym,
    wanted.hospital_code, wanted.atc, wanted.name, wanted.dose, wanted.route, wanted.frequency,
        wanted.quantity, wanted.started_at
)
