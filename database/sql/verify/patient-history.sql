-- The versions of each patient, made anew from silver by docs/history.md: of the statements at one
-- instant the last counts, one that equals the one before it makes no version, and a version lasts
-- until the next.
with
-- include concept/record.sql
statement as (
    select distinct on (patient_pseudonym, occurred_at)
        patient_pseudonym,
        hospital_code,
        occurred_at,
        row(
            person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
            marital_status, medical_scheme, municipality, province
        ) as attributes,
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
    order by
        patient_pseudonym,
        occurred_at,
        sequence desc nulls last,
        recorded_at desc,
        content_hash desc,
        event_id desc
),
compared as (
    select
        *,
        lag(attributes) over (partition by patient_pseudonym order by occurred_at) as previous_attributes
    from statement
),
expected as (
    select
        *,
        occurred_at as valid_from,
        lead(occurred_at, 1, 'infinity') over (partition by patient_pseudonym order by occurred_at)
            as valid_to
    from compared
    where attributes is distinct from previous_attributes
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
