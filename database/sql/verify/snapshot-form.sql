-- silver.patients has a row where the state of a patient differs from that on the preceding loaded day
-- of the hospital, from the first day on that names the patient: so no two rows that follow each other
-- say the same, and nobody begins absent. A row is of a snapshot that was taken, and says what such a
-- snapshot can say: only one that withdraws whom it does not name makes somebody absent.
with
row_after_row as (
    select
        hospital_code,
        patient_pseudonym,
        extract_date,
        extracted_at,
        state,
        content_hash,
        file_id,
        line,
        lag(state) over of_patient as previous_state,
        lag(content_hash) over of_patient as previous_hash
    from silver.patients
    window of_patient as (partition by hospital_code, patient_pseudonym order by extract_date)
),
judged as (
    select
        snapshot_row.hospital_code,
        snapshot_row.patient_pseudonym,
        snapshot_row.extract_date,
        case
            when file.file_id is null then 'is of no snapshot of that hospital and day'
            when snapshot_row.extracted_at <> file.extracted_at
                then 'has another extracted_at than its file'
            when snapshot_row.line > file.lines + 1 then 'is of a line that its file does not have'
            when snapshot_row.state = 'absent' and not file.withdraws
                then 'is absent in a file that withdraws nobody'
            when snapshot_row.state = 'absent' and snapshot_row.line is not null
                then 'is absent by a line'
            when snapshot_row.previous_state is null and snapshot_row.state = 'absent'
                then 'begins with an absence'
            when snapshot_row.state = snapshot_row.previous_state
                and snapshot_row.content_hash is not distinct from snapshot_row.previous_hash
                then 'says what the row before it says'
        end as fault
    from row_after_row as snapshot_row
    left join bronze.file as file
        on file.file_id = snapshot_row.file_id
        and file.hospital_code = snapshot_row.hospital_code
        and file.kind = 'patients'
        and file.extract_date = snapshot_row.extract_date
)
select
    format('snapshot row of patient %s of %s on %s %s', patient_pseudonym, hospital_code, extract_date, fault)
        as what
from judged
where fault is not null
