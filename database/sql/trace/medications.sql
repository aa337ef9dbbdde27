-- The row that a line of medications.csv made, and the other contents of the same line of its encounter: the first of
-- them all is the one that gold has. Each column by its name. Grain: one row a content.
select
    record.patient_pseudonym, record.hospital_code, record.repairs,
    record.file_id = of_line.file_id and record.line = of_line.line as is_of_line,
    array(select key from json_each(row_to_json(record))) as names,
    array(select value::text from json_each(row_to_json(record))) as contents
from silver.medications as of_line
join silver.medications as record
    on record.patient_pseudonym = of_line.patient_pseudonym
    and record.encounter_key = of_line.encounter_key
    and record.line_number = of_line.line_number
where of_line.file_id = $1 and of_line.line = $2
order by record.extracted_at desc, record.content_hash desc
