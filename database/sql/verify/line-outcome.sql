-- Every line of a file other than a snapshot ends in exactly one outcome: a row of its table of silver,
-- a duplicate, quarantine, or that its patient is erased. While a file is being loaded lines may be without one. Of snapshots only
-- the lines with a row or an outcome are known here; snapshot-lines counts the others.
with
outcome as (
    select 'patients' as kind, hospital_code, extract_date, extracted_at, file_id, line
    from silver.patients
    where line is not null
    union all
    select 'encounters', hospital_code, extract_date, extracted_at, file_id, line
    from silver.encounters
    union all
    select 'diagnoses', hospital_code, extract_date, extracted_at, file_id, line
    from silver.diagnoses
    union all
    select 'procedures', hospital_code, extract_date, extracted_at, file_id, line
    from silver.procedures
    union all
    select 'medications', hospital_code, extract_date, extracted_at, file_id, line
    from silver.medications
    union all
    select 'charges', hospital_code, extract_date, extracted_at, file_id, line
    from silver.charges
),
-- Of the network's files; a statement has no day, only its time. Grain: one row a line.
network_outcome as (
    select
        'department_statement' as silver,
        'departments' as kind,
        null::date as extract_date,
        recorded_at as extracted_at,
        file_id,
        line
    from silver.department_statement
    where file_id is not null
    union all
    select 'people', 'people', extract_date, extracted_at, file_id, line
    from silver.people
    union all
    select 'hospital_patients', 'hospital_patients', extract_date, extracted_at, file_id, line
    from silver.hospital_patients
    union all
    select 'staff', 'staff', extract_date, extracted_at, file_id, line
    from silver.staff
    union all
    -- A line states a begin and perhaps an end.
    select distinct 'staff_statement', 'assigned_staff', null::date, recorded_at, file_id, line
    from silver.staff_statement
    where file_id is not null
),
misplaced as (
    select outcome.kind as silver, outcome.file_id, outcome.line
    from outcome
    left join bronze.file as file using (file_id, kind, hospital_code, extract_date, extracted_at)
    where file.file_id is null
    union all
    select stated.silver, stated.file_id, stated.line
    from network_outcome as stated
    left join bronze.file as file
        on file.file_id = stated.file_id
        and file.kind = stated.kind
        and file.extracted_at = stated.extracted_at
        and file.extract_date = coalesce(stated.extract_date, file.extract_date)
        and file.hospital_code is null
    where file.file_id is null
),
-- A line of a snapshot in quarantine makes its patient unreadable: that row is no second outcome.
line_with_outcome as (
    select file_id, line, count(*) as outcomes
    from (
        select file_id, line from outcome where kind <> 'patients'
        union all
        select file_id, line from silver.patients where state = 'registered' and line is not null
        union all
        select file_id, line from network_outcome
        union all
        select file_id, line from ops.line_duplicate
        union all
        select file_id, line from ops.quarantine where file_id is not null
        union all
        select file_id, line from ops.erased_line
    ) as named
    group by file_id, line
),
counted as (
    select
        file.file_id,
        file.lines,
        file.kind,
        progress.state,
        count(*) filter (where line_with_outcome.line between 2 and file.lines + 1) as lines_with_outcome
    from bronze.file as file
    left join ops.file_progress as progress using (file_id)
    left join line_with_outcome using (file_id)
    group by file.file_id, progress.state
)
select format('row of no such file: line %s of file %s in silver.%s', line, file_id, silver) as what
from misplaced
union all
select format('line with several outcomes: line %s of file %s has %s', line, file_id, outcomes)
from line_with_outcome
where outcomes > 1
union all
select format('line that is not there: file %s has no line %s', line_with_outcome.file_id, line)
from line_with_outcome
left join bronze.file as file using (file_id)
where file.file_id is null or line < 2 or line > file.lines + 1
union all
select
    format('lines without outcome: %s of file %s (deleted silver rows?)', lines - lines_with_outcome, file_id)
from counted
where kind <> 'patients' and state = 'loaded' and lines_with_outcome < lines
union all
select format('file without progress: nobody knows how far file %s is loaded', file_id)
from counted
where state is null
