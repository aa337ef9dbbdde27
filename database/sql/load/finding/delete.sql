-- Rows that the records no longer make.
delete from silver.finding as stored
using unnest($1::silver.finding[]) as gone
where stored.patient_pseudonym = gone.patient_pseudonym
    and stored.rule = gone.rule
    and stored.event_id = gone.event_id
