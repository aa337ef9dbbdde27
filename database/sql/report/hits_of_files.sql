-- What the rules say of the lines of files: one row a line that any rule hit. A finding about the extract of an
-- encounter is its line's: its statement id is made as docs/history.md says.
with line_hit as (
    select file_id, line, rule
    from ops.quarantine
    where file_id is not null
    union
    select file_id, line, unnest(repairs) from silver.patients where line is not null and repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.encounters where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.diagnoses where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.procedures where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.medications where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.charges where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.people where repairs <> '{}'
    union
    select file_id, line, unnest(repairs) from silver.hospital_patients where repairs <> '{}'
    union
    select encounter.file_id, encounter.line, finding.rule
    from silver.finding as finding
    join silver.encounters as encounter using (patient_pseudonym, encounter_key)
    where finding.event_id = encode(
        substr(
            sha256(
                convert_to(
                    concat_ws(
                        '|', 'encounters', encounter.encounter_key, encounter.extract_date, encounter.content_hash
                    ),
                    'UTF8'
                )
            ),
            1, 16
        ),
        'hex'
    )::uuid
)
select
    case
        when file.hospital_code is null then format('%s.csv', file.kind)
        else format('ehr/%s/%s/%s.csv', file.extract_date, file.hospital_code, file.kind)
    end as file,
    line_hit.line,
    array_agg(line_hit.rule order by line_hit.rule) as rules
from line_hit
join bronze.file as file using (file_id)
group by file.extract_date, file.hospital_code, file.kind, line_hit.line
order by 1, 2
