-- The encounters, made anew from silver by docs/history.md. That patient_key is the right version is
-- proved by fact-patient.
with
-- include concept/record.sql
-- include concept/extract.sql
-- include concept/encounter.sql
-- include concept/department.sql
-- Where the first and last counting statement stand, and whether the record states the time of
-- admission that holds. Grain: one row a statement.
counted_record as (
    select
        *,
        occurred_at < coalesce(last_location_left_at, 'infinity') as makes_stay,
        admitted_at = max(admitted_at) filter (where position = admitted_position) over of_encounter
            as states_admission,
        min(position) filter (where counts) over of_encounter as first_counting_position,
        max(position) filter (where counts) over of_encounter as last_counting_position
    from encounter_record
    window of_encounter as (partition by patient_pseudonym, encounter_key)
),
-- Who tells the last department: without a counting statement the last extract that names one.
-- Grain: one row a statement.
ranked_record as (
    select *, coalesce(last_counting_position, told_department_position) as last_position
    from counted_record
),
admission as (
    select
        patient_pseudonym,
        encounter_key,
        min(hospital_code) as hospital_code,
        min(first_location_at) as first_location_at,
        min(last_location_left_at) as last_location_left_at,
        max(admitted_at) filter (where position = admitted_position) as admitted_at,
        max(discharged_at) filter (where position = discharged_position) as discharged_at,
        max(admission_type) filter (where position = type_position) as admission_type,
        max(admission_source) filter (where position = source_position) as admission_source,
        max(discharge_disposition) filter (where position = disposition_position) as disposition,
        bool_or(died) filter (where position = died_position) as died,
        coalesce(
            (
                array_agg(age_at_admission_years order by position desc)
                    filter (where age_at_admission_years is not null and states_admission)
            )[1],
            (
                array_agg(age_at_admission_years order by position)
                    filter (where age_at_admission_years is not null)
            )[1]
        ) as age_at_admission_years,
        count(*) filter (where counts and makes_stay) as stays,
        max(department_code) filter (where position = first_counting_position)
            as first_department_code,
        max(department_code) filter (where position = last_position) as last_department_code,
        max(occurred_at) filter (where position = last_position) as last_counting_at
    from ranked_record
    group by patient_pseudonym, encounter_key
),
expected as (
    select
        admission.encounter_key,
        admission.patient_pseudonym,
        admission.hospital_code,
        coalesce(first_department.department_key, unknown_department.department_key)
            as admission_department_key,
        coalesce(last_department.department_key, unknown_department.department_key)
            as last_department_key,
        admission.admitted_at,
        admission.first_location_at,
        admission.last_location_left_at,
        admission.discharged_at,
        case
            when admission.discharged_at >= admission.admitted_at
                then floor(extract(epoch from admission.discharged_at - admission.admitted_at))::bigint
        end as length_of_stay_seconds,
        greatest(admission.stays - 1, 0) as transfer_count,
        admission.admission_type,
        admission.admission_source,
        admission.disposition,
        admission.died,
        admission.age_at_admission_years,
        case
            when admission.age_at_admission_years is null then 'unknown'
            when admission.age_at_admission_years < 0 then 'unknown'
            when admission.age_at_admission_years <= 4 then '0-4'
            when admission.age_at_admission_years <= 14 then '5-14'
            when admission.age_at_admission_years <= 24 then '15-24'
            when admission.age_at_admission_years <= 44 then '25-44'
            when admission.age_at_admission_years <= 64 then '45-64'
            when admission.age_at_admission_years <= 74 then '65-74'
            when admission.age_at_admission_years <= 84 then '75-84'
            else '85+'
        end as age_band
    from admission
    cross join unknown_department
    left join department as first_department
        on first_department.hospital_code = admission.hospital_code
        and first_department.department_code = admission.first_department_code
        and first_department.valid_from <= admission.first_location_at
        and first_department.valid_to > admission.first_location_at
    left join department as last_department
        on last_department.hospital_code = admission.hospital_code
        and last_department.department_code = admission.last_department_code
        and last_department.valid_from <= admission.last_counting_at
        and last_department.valid_to > admission.last_counting_at
),
compared_row as (
    select
        encounter_key,
        expected.patient_pseudonym is not null as is_expected,
        actual.patient_pseudonym is not null as is_actual,
        concat_ws(
            ', ',
            case when expected.patient_pseudonym is distinct from actual.patient_pseudonym then 'patient_pseudonym' end,
            case when expected.hospital_code is distinct from actual.hospital_code then 'hospital_code' end,
            case when expected.admission_department_key is distinct from actual.admission_department_key
                then 'admission_department_key' end,
            case when expected.last_department_key is distinct from actual.last_department_key
                then 'last_department_key' end,
            case when expected.admitted_at is distinct from actual.admitted_at then 'admitted_at' end,
            case when expected.first_location_at is distinct from actual.first_location_at
                then 'first_location_at' end,
            case when expected.last_location_left_at is distinct from actual.last_location_left_at
                then 'last_location_left_at' end,
            case when expected.discharged_at is distinct from actual.discharged_at then 'discharged_at' end,
            case when expected.length_of_stay_seconds is distinct from actual.length_of_stay_seconds
                then 'length_of_stay_seconds' end,
            case when expected.transfer_count is distinct from actual.transfer_count then 'transfer_count' end,
            case when expected.admission_type is distinct from actual.admission_type then 'admission_type' end,
            case when expected.admission_source is distinct from actual.admission_source then 'admission_source' end,
            case when expected.disposition is distinct from actual.disposition then 'disposition' end,
            case when expected.died is distinct from actual.died then 'died' end,
            case when expected.age_at_admission_years is distinct from actual.age_at_admission_years
                then 'age_at_admission_years' end,
            case when expected.age_band is distinct from actual.age_band then 'age_band' end
        ) as columns
    from expected
    full join gold.fact_admission as actual using (encounter_key)
)
select
    case
        when not is_actual then format('missing admission: encounter %s follows from silver', encounter_key)
        when not is_expected
            then format('admission too many: encounter %s does not follow from silver', encounter_key)
        else format('wrong admission: encounter %s differs in %s', encounter_key, columns)
    end as what
from compared_row
where not is_actual or not is_expected or columns <> ''
