-- Views for analysts: already joined, NULL where gold keeps infinity.

create view gold.patient_versions as
select
    patient_key, patient_pseudonym, hospital_code, person_pseudonym, sex, birth_year, citizenship,
    home_language, religion, ethnicity, marital_status, medical_scheme, municipality, province,
    valid_from, nullif(valid_to, 'infinity') as valid_to, is_current
from gold.dim_patient
where valid_from > '-infinity';
comment on view gold.patient_versions is 'Versions of patients without the unknown member. Grain: one row a version.';
comment on column gold.patient_versions.patient_key is 'Key of the version.';
comment on column gold.patient_versions.patient_pseudonym is 'The patient.';
comment on column gold.patient_versions.hospital_code is 'The hospital''s code.';
comment on column gold.patient_versions.person_pseudonym is 'The person across hospitals.';
comment on column gold.patient_versions.sex is 'Administrative sex.';
comment on column gold.patient_versions.birth_year is 'Year of birth.';
comment on column gold.patient_versions.citizenship is 'Citizenship.';
comment on column gold.patient_versions.home_language is 'Language spoken at home.';
comment on column gold.patient_versions.religion is 'Religion.';
comment on column gold.patient_versions.ethnicity is 'Ethnic group.';
comment on column gold.patient_versions.marital_status is 'Marital status.';
comment on column gold.patient_versions.medical_scheme is 'Medical scheme or insurance.';
comment on column gold.patient_versions.municipality is 'Municipality of residence.';
comment on column gold.patient_versions.province is 'Province of residence.';
comment on column gold.patient_versions.valid_from is 'Begin of the version, inclusive.';
comment on column gold.patient_versions.valid_to is 'End of the version, exclusive; NULL while current.';
comment on column gold.patient_versions.is_current is 'Whether the version is the current one.';

create view gold.admissions as
select
    fact.encounter_key,
    fact.patient_pseudonym,
    fact.hospital_code,
    hospital.name as hospital,
    admission_department.department_code as admission_department_code,
    admission_department.name as admission_department,
    last_department.department_code as last_department_code,
    last_department.name as last_department,
    fact.admitted_at,
    (fact.admitted_at at time zone hospital.time_zone)::date as admitted_on,
    fact.first_location_at,
    fact.last_location_left_at,
    fact.discharged_at,
    (fact.discharged_at at time zone hospital.time_zone)::date as discharged_on,
    fact.length_of_stay_seconds,
    round(fact.length_of_stay_seconds / 86400.0, 5) as length_of_stay_days,
    fact.transfer_count,
    fact.admission_type,
    fact.admission_source,
    fact.disposition,
    fact.died,
    fact.age_at_admission_years,
    fact.age_band,
    patient.sex,
    patient.birth_year,
    patient.home_language,
    patient.marital_status,
    patient.medical_scheme,
    patient.municipality,
    patient.province
from gold.fact_admission as fact
join gold.dim_hospital as hospital on hospital.hospital_code = fact.hospital_code
join gold.dim_patient as patient on patient.patient_key = fact.patient_key
join gold.dim_department as admission_department
    on admission_department.department_key = fact.admission_department_key
join gold.dim_department as last_department
    on last_department.department_key = fact.last_department_key;
comment on view gold.admissions is 'Encounters with their dimensions as they were at the time. Grain: one row an encounter.';
comment on column gold.admissions.encounter_key is 'The encounter.';
comment on column gold.admissions.patient_pseudonym is 'The patient.';
comment on column gold.admissions.hospital_code is 'The hospital''s code.';
comment on column gold.admissions.hospital is 'The hospital''s name.';
comment on column gold.admissions.admission_department_code is 'Department of the first location, by code.';
comment on column gold.admissions.admission_department is 'Department of the first location, by name.';
comment on column gold.admissions.last_department_code is 'Department of the last location, by code.';
comment on column gold.admissions.last_department is 'Department of the last location, by name.';
comment on column gold.admissions.admitted_at is 'Administrative time of admission.';
comment on column gold.admissions.admitted_on is 'Day of admission in the hospital''s time zone.';
comment on column gold.admissions.first_location_at is 'When the patient arrived at the first location.';
comment on column gold.admissions.last_location_left_at is 'When the patient left the last location.';
comment on column gold.admissions.discharged_at is 'Administrative time of discharge.';
comment on column gold.admissions.discharged_on is 'Day of discharge in the hospital''s time zone.';
comment on column gold.admissions.length_of_stay_seconds is 'discharged_at less admitted_at, in seconds.';
comment on column gold.admissions.length_of_stay_days is 'The same in days, to five decimals.';
comment on column gold.admissions.transfer_count is 'Moves within the encounter.';
comment on column gold.admissions.admission_type is 'Emergency, elective and so on.';
comment on column gold.admissions.admission_source is 'Where the patient came from.';
comment on column gold.admissions.disposition is 'Where the patient went.';
comment on column gold.admissions.died is 'Whether the patient died in the encounter.';
comment on column gold.admissions.age_at_admission_years is 'Full years at admission.';
comment on column gold.admissions.age_band is 'Band of that age.';
comment on column gold.admissions.sex is 'Administrative sex.';
comment on column gold.admissions.birth_year is 'Year of birth.';
comment on column gold.admissions.home_language is 'Language spoken at home.';
comment on column gold.admissions.marital_status is 'Marital status.';
comment on column gold.admissions.medical_scheme is 'Medical scheme or insurance.';
comment on column gold.admissions.municipality is 'Municipality of residence.';
comment on column gold.admissions.province is 'Province of residence.';

create view gold.location_stays as
select
    fact.encounter_key,
    fact.stay_number,
    fact.patient_pseudonym,
    fact.hospital_code,
    hospital.name as hospital,
    department.department_code,
    department.name as department,
    department.kind as department_kind,
    fact.ward,
    fact.bed,
    fact.arrived_at,
    fact.left_at,
    fact.stay_seconds
from gold.fact_location_stay as fact
join gold.dim_hospital as hospital on hospital.hospital_code = fact.hospital_code
join gold.dim_department as department on department.department_key = fact.department_key;
comment on view gold.location_stays is 'Where patients were, with names. Grain: one row an encounter and location interval.';
comment on column gold.location_stays.encounter_key is 'The encounter.';
comment on column gold.location_stays.stay_number is 'Number within the encounter, from 1.';
comment on column gold.location_stays.patient_pseudonym is 'The patient.';
comment on column gold.location_stays.hospital_code is 'The hospital''s code.';
comment on column gold.location_stays.hospital is 'The hospital''s name.';
comment on column gold.location_stays.department_code is 'The department''s code.';
comment on column gold.location_stays.department is 'The department''s name.';
comment on column gold.location_stays.department_kind is 'Kind of department.';
comment on column gold.location_stays.ward is 'The ward.';
comment on column gold.location_stays.bed is 'The bed.';
comment on column gold.location_stays.arrived_at is 'Begin of the interval, inclusive.';
comment on column gold.location_stays.left_at is 'End of the interval, exclusive; NULL while the patient is there.';
comment on column gold.location_stays.stay_seconds is 'left_at less arrived_at, in seconds.';

-- Who is in a bed at a moment: the interval includes its begin and excludes its end.
create function gold.occupancy_at(moment timestamptz)
returns table (hospital_code text, department_code text, department text, ward text, patients bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
    select fact.hospital_code, department.department_code, department.name, fact.ward, count(*)
    from gold.fact_location_stay as fact
    join gold.dim_department as department on department.department_key = fact.department_key
    where fact.arrived_at <= moment and (fact.left_at > moment or fact.left_at is null)
    group by fact.hospital_code, department.department_code, department.name, fact.ward
    order by fact.hospital_code, department.department_code, fact.ward
$$;
comment on function gold.occupancy_at(timestamptz) is 'Patients by hospital, department and ward at a moment. Grain: one row an occupied ward of a department.';

create view gold.current_occupancy as
select fact.hospital_code, department.department_code, department.name as department, fact.ward, count(*) as patients
from gold.fact_location_stay as fact
join gold.dim_department as department on department.department_key = fact.department_key
where fact.left_at is null
group by fact.hospital_code, department.department_code, department.name, fact.ward;
comment on view gold.current_occupancy is 'Patients who have not left, by department and ward. Grain: one row an occupied ward of a department.';
comment on column gold.current_occupancy.hospital_code is 'The hospital''s code.';
comment on column gold.current_occupancy.department_code is 'The department''s code.';
comment on column gold.current_occupancy.department is 'The department''s name.';
comment on column gold.current_occupancy.ward is 'The ward.';
comment on column gold.current_occupancy.patients is 'How many patients.';
