-- The line of an extract's statement about an encounter, by the id that docs/history.md gives it.
select file.hospital_code, file.extract_date, file.kind, encounter.line
from silver.encounters as encounter
join bronze.file as file using (file_id)
where $1 = encode(
    substr(
        sha256(
            convert_to(
                concat_ws('|', 'encounters', encounter.encounter_key, encounter.extract_date, encounter.content_hash),
                'UTF8'
            )
        ),
        1, 16
    ),
    'hex'
)::uuid
