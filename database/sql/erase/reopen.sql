-- Where the patient is one of the three whose records close the hours of the hospital, others take the
-- place: all hours of the hospital are counted anew, as at the first census. In the census's turn.
with
gone as (
    delete from ops.census_witness
    where patient_pseudonym = $1
    returning hospital_code
),
hospital as (
    select distinct hospital_code from gone
),
no_frontier as (
    delete from ops.census_frontier using hospital where census_frontier.hospital_code = hospital.hospital_code
),
no_roster as (
    delete from ops.census_roster using hospital where census_roster.hospital_code = hospital.hospital_code
),
no_hours as (
    delete from gold.fact_bed_occupancy as fact using hospital where fact.hospital_code = hospital.hospital_code
)
insert into ops.census_witness (hospital_code, patient_pseudonym, occurred_at)
select hospital_code, patient_pseudonym, max(occurred_at)
from silver.adt_record
join hospital using (hospital_code)
where patient_pseudonym <> $1
group by hospital_code, patient_pseudonym
order by max(occurred_at) desc
limit 3
