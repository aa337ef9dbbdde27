-- The encounters of a patient, whoever told of them: gold's facts are found by them.
select encounter_key from silver.adt_record where patient_pseudonym = $1 and encounter_key is not null
union
select encounter_key from silver.encounters where patient_pseudonym = $1
union
select encounter_key from silver.diagnoses where patient_pseudonym = $1
union
select encounter_key from silver.procedures where patient_pseudonym = $1
union
select encounter_key from silver.medications where patient_pseudonym = $1
union
select encounter_key from silver.charges where patient_pseudonym = $1
