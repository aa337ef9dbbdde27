-- Views join facts to dim_hospital: a hospital that is not there would hide its rows.
with
row_of_hospital as (
    select 'admission of encounter ' as kind, encounter_key as row_key, hospital_code
    from gold.fact_admission
    union all
    select 'stay of encounter ', encounter_key, hospital_code from gold.fact_location_stay
    union all
    select 'diagnosis of encounter ', encounter_key, hospital_code from gold.fact_diagnosis
    union all
    select 'procedure of encounter ', encounter_key, hospital_code from gold.fact_procedure
    union all
    select 'medication of encounter ', encounter_key, hospital_code from gold.fact_medication
    union all
    select 'charge of encounter ', encounter_key, hospital_code from gold.fact_charge
    union all
    select 'registration of patient ', patient_pseudonym, hospital_code from gold.fact_registration
    union all
    select 'version ', patient_key, hospital_code from gold.dim_patient
    union all
    select 'department ', department_key, hospital_code from gold.dim_department
)
select format('unknown hospital: %s%s is of %s', kind, row_key, row_of_hospital.hospital_code) as what
from row_of_hospital
left join gold.dim_hospital as hospital using (hospital_code)
where hospital.hospital_code is null
