-- Takes what files say of a patient of a hospital from silver: the outcome of the lines is that they
-- are erased. Lines without a row are found in the archive.
with
registered as (
    delete from silver.patients
    where hospital_code = $2 and patient_pseudonym = $1
    returning file_id, line
),
encounter as (
    delete from silver.encounters where patient_pseudonym = $1 returning file_id, line
),
diagnosis as (
    delete from silver.diagnoses where patient_pseudonym = $1 returning file_id, line
),
procedure as (
    delete from silver.procedures where patient_pseudonym = $1 returning file_id, line
),
medication as (
    delete from silver.medications where patient_pseudonym = $1 returning file_id, line
),
charge as (
    delete from silver.charges where patient_pseudonym = $1 returning file_id, line
),
registration as (
    delete from silver.hospital_patients where patient_pseudonym = $1 returning file_id, line
),
person as (
    delete from silver.people where person_record_pseudonym = $3 returning file_id, line
),
gone as (
    select file_id, line from registered where line is not null
    union all
    select file_id, line from encounter
    union all
    select file_id, line from diagnosis
    union all
    select file_id, line from procedure
    union all
    select file_id, line from medication
    union all
    select file_id, line from charge
    union all
    select file_id, line from registration
    union all
    select file_id, line from person
),
-- A line that made the patient unreadable.
released as (
    delete from ops.quarantine using gone
    where quarantine.file_id = gone.file_id and quarantine.line = gone.line
)
insert into ops.erased_line (file_id, line, patient_pseudonym)
select file_id, line, $1 from gone
