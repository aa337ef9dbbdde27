-- Rows that the records no longer make.
delete from gold.fact_location_stay as stored
using unnest($1::gold.fact_location_stay[]) as gone
where stored.encounter_key = gone.encounter_key
    and stored.arrived_at = gone.arrived_at
