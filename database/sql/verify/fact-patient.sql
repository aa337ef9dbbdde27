-- Facts carry no foreign keys. An admission's version is the one at first_location_at, else
-- last_location_left_at, else admitted_at, else discharged_at, else the first; a stay's the one at
-- arrived_at; a time before the first version takes the first. A patient whom only extracts of
-- encounters name has no version: those facts point to the unknown member. Clinical facts, which may
-- be of a time that only silver has, are proved whole by checks of their own.
with
fact as (
    select
        'admission' as kind,
        encounter_key,
        patient_pseudonym,
        hospital_code,
        patient_key,
        coalesce(first_location_at, last_location_left_at, admitted_at, discharged_at) as at
    from gold.fact_admission
    union all
    select 'stay', encounter_key, patient_pseudonym, hospital_code, patient_key, arrived_at
    from gold.fact_location_stay
),
versioned_patient as (
    select distinct patient_pseudonym from gold.dim_patient
),
version as (
    select
        patient_key,
        patient_pseudonym,
        hospital_code,
        valid_from,
        valid_to,
        min(valid_from) over (partition by patient_pseudonym) as first_valid_from
    from gold.dim_patient
),
judged as (
    select
        fact.kind,
        fact.encounter_key,
        fact.at,
        case
            when version.patient_key is null then 'no version of a patient'
            when versioned_patient.patient_pseudonym is null
                then case when version.valid_from > '-infinity' or version.hospital_code <> 'unknown'
                    then 'the version of another patient' end
            when version.patient_pseudonym <> fact.patient_pseudonym
                then 'the version of another patient'
            when version.hospital_code <> fact.hospital_code
                then 'a version of the patient of another hospital'
            when coalesce(fact.at < version.first_valid_from, true) then
                case when version.valid_from > version.first_valid_from
                    then 'the wrong version of its patient, not the first' end
            when fact.at < version.valid_from or fact.at >= version.valid_to
                then format(
                    'the wrong version of its patient, valid from %s to %s',
                    version.valid_from, version.valid_to
                )
        end as fault
    from fact
    left join version using (patient_key)
    left join versioned_patient on versioned_patient.patient_pseudonym = fact.patient_pseudonym
)
select
    format(
        '%s of encounter %s at %s points to %s', kind, encounter_key, coalesce(at::text, 'no time'), fault
    ) as what
from judged
where fault is not null
