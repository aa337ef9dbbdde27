-- By how many patients each snapshot changes who is registered. Grain: one row a hospital and day.
registration_change as (
    select
        hospital_code,
        extract_date,
        sum(is_registered::integer - was_registered::integer) as change
    from (
        select
            hospital_code,
            extract_date,
            state = 'registered' as is_registered,
            coalesce(lag(state) over of_patient = 'registered', false) as was_registered
        from silver.patients
        window of_patient as (partition by hospital_code, patient_pseudonym order by extract_date)
    ) as row_after_row
    where is_registered <> was_registered
    group by hospital_code, extract_date
),
-- How many patients are registered as of the day of each snapshot: a line that says what the day
-- before said leaves no row. Grain: one row a snapshot.
registration as (
    select
        file.file_id,
        sum(coalesce(registration_change.change, 0)) over (
            partition by file.hospital_code order by file.extract_date
        ) as patients
    from bronze.file as file
    left join registration_change using (hospital_code, extract_date)
    where file.kind = 'patients'
),
-- What became of the lines of each file. Grain: one row an outcome and file.
outcome_of_file as (
    select file_id, 'loaded' as outcome, patients as lines from registration
    union all
    select file_id, 'loaded', count(*) from silver.encounters group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.diagnoses group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.procedures group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.medications group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.charges group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.people group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.hospital_patients group by file_id
    union all
    select file_id, 'loaded', count(*)
    from silver.department_statement
    where file_id is not null
    group by file_id
    union all
    select file_id, 'loaded', count(*) from silver.staff group by file_id
    union all
    -- A line states a begin and perhaps an end.
    select file_id, 'loaded', count(distinct line)
    from silver.staff_statement
    where file_id is not null
    group by file_id
    union all
    select file_id, 'duplicate', count(*) from ops.line_duplicate group by file_id
    union all
    select file_id, 'quarantined', count(*)
    from ops.quarantine
    where file_id is not null
    group by file_id
    union all
    select file_id, 'erased', count(*) from ops.erased_line group by file_id
),
-- The books of files: loaded lines are rows of silver or, of a snapshot, the patients who are
-- registered as of its day. Grain: one row a file.
file_book as (
    select
        file.file_id,
        file.hospital_code,
        file.kind,
        file.extract_date,
        file.lines,
        coalesce(progress.state, 'missing') as state,
        coalesce(sum(outcome.lines) filter (where outcome.outcome = 'loaded'), 0)::bigint as loaded,
        coalesce(sum(outcome.lines) filter (where outcome.outcome = 'duplicate'), 0)::bigint
            as duplicate,
        coalesce(sum(outcome.lines) filter (where outcome.outcome = 'quarantined'), 0)::bigint
            as quarantined,
        coalesce(sum(outcome.lines) filter (where outcome.outcome = 'erased'), 0)::bigint as erased
    from bronze.file as file
    left join ops.file_progress as progress using (file_id)
    left join outcome_of_file as outcome using (file_id)
    group by file.file_id, progress.state
),
