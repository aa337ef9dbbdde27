-- Keeps of each hospital the latest row of its latest three patients: no other can ever be one of
-- them again.
with
ranked_of_patient as (
    select
        witness_id,
        hospital_code,
        occurred_at,
        row_number() over (
            partition by hospital_code, patient_pseudonym order by occurred_at desc, witness_id
        ) as rank
    from ops.census_witness
),
ranked as (
    select
        witness_id,
        row_number() over (partition by hospital_code order by occurred_at desc, witness_id) as rank
    from ranked_of_patient
    where rank = 1
)
delete from ops.census_witness
where witness_id not in (select witness_id from ranked where rank <= 3)
