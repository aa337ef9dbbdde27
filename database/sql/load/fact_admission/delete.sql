-- Rows that the records no longer make.
delete from gold.fact_admission as stored
using unnest($1::gold.fact_admission[]) as gone
where stored.encounter_key = gone.encounter_key
