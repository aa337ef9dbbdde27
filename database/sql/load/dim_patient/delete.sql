-- Rows that the records no longer make.
delete from gold.dim_patient as stored
using unnest($1::gold.dim_patient[]) as gone
where stored.patient_key = gone.patient_key
