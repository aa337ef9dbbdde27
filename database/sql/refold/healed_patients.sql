-- Patients with a stay in a department that was not known when they were folded, and is now.
select distinct finding.patient_pseudonym, patient.hospital_code, patient.patient_id
from silver.finding as finding
join silver.adt_record as record using (patient_pseudonym, event_id)
join gold.dim_department as department using (hospital_code, department_code)
join vault.patient as patient using (patient_pseudonym)
where finding.rule = $1
