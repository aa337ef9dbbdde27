-- Stays with the one that follows. Grain: one row a stay.
neighbour as (
    select
        encounter_key,
        stay_number,
        arrived_at,
        left_at,
        lag(arrived_at) over encounter as previous_arrived_at,
        lead(arrived_at) over encounter as next_arrived_at
    from gold.fact_location_stay
    window encounter as (partition by encounter_key order by arrived_at)
),
