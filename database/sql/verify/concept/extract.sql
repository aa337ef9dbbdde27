-- Encounters as extracts have them, with the id that names each of these statements. Of several
-- contents of an encounter on one day the greatest content_hash counts, which is that of rank 1.
-- Grain: one row an encounter, day and content.
ranked_extract as (
    select
        *,
        encode(
            substr(
                sha256(
                    convert_to(
                        format(
                            'encounters|%s|%s|%s',
                            encounter_key, to_char(extract_date, 'YYYY-MM-DD'), content_hash
                        ),
                        'UTF8'
                    )
                ),
                1,
                16
            ),
            'hex'
        )::uuid as statement_id,
        row_number() over (
            partition by patient_pseudonym, encounter_key, extract_date order by content_hash desc
        ) as rank,
        count(*) over (partition by patient_pseudonym, encounter_key, extract_date) as contents
    from silver.encounters
),
