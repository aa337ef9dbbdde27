-- No hour is counted, and of each hospital the latest three patients' events close them: all closed hours are counted
-- again by the census that follows, as at the first one. In the census's turn.
delete from ops.census_frontier;
delete from ops.census_roster;
delete from ops.census_todo;
delete from ops.census_witness;
insert into ops.census_witness (hospital_code, patient_pseudonym, occurred_at)
select hospital_code, patient_pseudonym, occurred_at
from (
    select
        hospital_code,
        patient_pseudonym,
        occurred_at,
        row_number() over (partition by hospital_code order by occurred_at desc) as rank
    from pg_temp.patient
    where occurred_at is not null
) as latest
where rank <= 3;
