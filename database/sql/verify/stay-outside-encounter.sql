-- A stay lies within the time from the first location to the departure from the last. Administrative
-- times do not bound stays.
with
judged as (
    select
        stay.encounter_key,
        stay.stay_number,
        case
            when admission.encounter_key is null then 'has no encounter in fact_admission'
            when admission.first_location_at is null then 'is of an encounter without locations'
            when stay.arrived_at < admission.first_location_at
                then format(
                    'begins at %s, before first_location_at %s of its encounter',
                    stay.arrived_at, admission.first_location_at
                )
            when stay.arrived_at >= admission.last_location_left_at
                then format(
                    'begins at %s, not before last_location_left_at %s of its encounter',
                    stay.arrived_at, admission.last_location_left_at
                )
            when stay.left_at > admission.last_location_left_at
                then format(
                    'ends at %s, after last_location_left_at %s of its encounter',
                    stay.left_at, admission.last_location_left_at
                )
            when stay.left_at is null and admission.last_location_left_at is not null
                then format(
                    'is open, after last_location_left_at %s of its encounter',
                    admission.last_location_left_at
                )
        end as fault
    from gold.fact_location_stay as stay
    left join gold.fact_admission as admission using (encounter_key)
)
select format('stay outside its encounter: stay %s of %s %s', stay_number, encounter_key, fault) as what
from judged
where fault is not null
