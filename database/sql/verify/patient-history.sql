-- The versions of each patient, made anew from silver by docs/history.md: what a statement does not
-- state is as the last one before it left it, of the statements at one instant what holds after the
-- last counts, what equals that before it makes no version, and a version lasts until the next.
with
-- include concept/record.sql
-- Rows of snapshots beside the last one before them that could be read: of two that say the same the
-- second says nothing new. Grain: one row a patient and day of change.
readable_snapshot as (
    select
        *,
        lag(state) over of_patient as previous_state,
        lag(content_hash) over of_patient as previous_hash
    from silver.patients
    where state <> 'unreadable'
    window of_patient as (partition by patient_pseudonym order by extract_date)
),
-- Grain: one row a statement about a patient.
statement as (
    select
        patient_pseudonym,
        hospital_code,
        occurred_at,
        sequence,
        recorded_at,
        content_hash,
        event_id,
        null::date as extract_date,
        'event' as kind,
        person_pseudonym,
        sex,
        birth_year,
        citizenship,
        home_language,
        religion,
        ethnicity,
        marital_status,
        medical_scheme,
        municipality,
        province
    from record
    union all
    select
        patient_pseudonym,
        hospital_code,
        extracted_at,
        null,
        extracted_at,
        coalesce(content_hash, '00000000-0000-0000-0000-000000000000'),
        null,
        extract_date,
        state,
        person_pseudonym,
        sex,
        birth_year,
        citizenship,
        home_language,
        null,
        null,
        marital_status,
        medical_scheme,
        municipality,
        province
    from readable_snapshot
    where (state, content_hash) is distinct from (previous_state, previous_hash)
),
-- The number of the last statement so far that states something: of attributes in general, of
-- religion and ethnicity, of registration. Grain: one row a statement.
numbered as (
    select
        *,
        row_number() over in_order as position,
        lead(occurred_at) over in_order is not distinct from occurred_at as is_outdone,
        count(*) filter (where kind in ('event', 'registered')) over in_order as attributes_number,
        count(*) filter (where kind = 'event') over in_order as creed_number,
        count(*) filter (where kind in ('registered', 'absent')) over in_order
            as registration_number
    from statement
    window in_order as (
        partition by patient_pseudonym
        order by occurred_at, sequence nulls first, recorded_at, content_hash, event_id, extract_date
    )
),
-- What holds after each statement. The first of those with one number is the one that states it;
-- with number 0 none has. Grain: one row a statement.
held as (
    select
        patient_pseudonym,
        hospital_code,
        occurred_at,
        is_outdone,
        first_value(person_pseudonym) over by_attributes as person_pseudonym,
        first_value(sex) over by_attributes as sex,
        first_value(birth_year) over by_attributes as birth_year,
        first_value(citizenship) over by_attributes as citizenship,
        first_value(home_language) over by_attributes as home_language,
        first_value(religion) over by_creed as religion,
        first_value(ethnicity) over by_creed as ethnicity,
        first_value(marital_status) over by_attributes as marital_status,
        first_value(medical_scheme) over by_attributes as medical_scheme,
        first_value(municipality) over by_attributes as municipality,
        first_value(province) over by_attributes as province,
        case when registration_number > 0
            then first_value(kind) over by_registration = 'registered' end as is_registered
    from numbered
    window
        by_attributes as (partition by patient_pseudonym, attributes_number order by position),
        by_creed as (partition by patient_pseudonym, creed_number order by position),
        by_registration as (partition by patient_pseudonym, registration_number order by position)
),
compared as (
    select
        *,
        lag(
            row(
                person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
                marital_status, medical_scheme, municipality, province, is_registered
            )
        ) over (partition by patient_pseudonym order by occurred_at) as previous_attributes
    from held
    where not is_outdone
),
expected as (
    select
        *,
        occurred_at as valid_from,
        lead(occurred_at, 1, 'infinity') over (partition by patient_pseudonym order by occurred_at)
            as valid_to
    from compared
    where
        row(
            person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
            marital_status, medical_scheme, municipality, province, is_registered
        ) is distinct from previous_attributes
),
actual as (
    select *
    from gold.dim_patient
    where patient_pseudonym <> '00000000-0000-0000-0000-000000000000'
),
compared_row as (
    select
        patient_pseudonym,
        valid_from,
        expected.occurred_at is not null as is_expected,
        actual.patient_key is not null as is_actual,
        concat_ws(
            ', ',
            case when expected.hospital_code is distinct from actual.hospital_code then 'hospital_code' end,
            case when expected.person_pseudonym is distinct from actual.person_pseudonym then 'person_pseudonym' end,
            case when expected.sex is distinct from actual.sex then 'sex' end,
            case when expected.birth_year is distinct from actual.birth_year then 'birth_year' end,
            case when expected.citizenship is distinct from actual.citizenship then 'citizenship' end,
            case when expected.home_language is distinct from actual.home_language then 'home_language' end,
            case when expected.religion is distinct from actual.religion then 'religion' end,
            case when expected.ethnicity is distinct from actual.ethnicity then 'ethnicity' end,
            case when expected.marital_status is distinct from actual.marital_status then 'marital_status' end,
            case when expected.medical_scheme is distinct from actual.medical_scheme then 'medical_scheme' end,
            case when expected.municipality is distinct from actual.municipality then 'municipality' end,
            case when expected.province is distinct from actual.province then 'province' end,
            case when expected.is_registered is distinct from actual.is_registered then 'is_registered' end,
            case when expected.valid_to is distinct from actual.valid_to then 'valid_to' end,
            case when (expected.valid_to = 'infinity') is distinct from actual.is_current then 'is_current' end
        ) as columns
    from expected
    full join actual using (patient_pseudonym, valid_from)
)
select
    case
        when not is_actual
            then format('missing version: patient %s from %s follows from silver', patient_pseudonym, valid_from)
        when not is_expected
            then format(
                'version too many: patient %s from %s does not follow from silver', patient_pseudonym, valid_from
            )
        else format('wrong version: patient %s from %s differs in %s', patient_pseudonym, valid_from, columns)
    end as what
from compared_row
where not is_actual or not is_expected or columns <> ''
