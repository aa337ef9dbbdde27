-- What rules did beside repairs, which scan.sql counts: findings, records and lines in quarantine, files refused. A
-- quarantined record of Kafka tells no time that could be relied on, and its hospital by its key alone, where that
-- begins with a code that is known. Grain: one row an effect, rule, hospital and day.
with hit as (
    select
        'finding' as effect,
        finding.rule,
        coalesce(told.hospital_code, extract.hospital_code) as hospital_code,
        coalesce(told.day, extract.extract_date) as day
    from silver.finding as finding
    left join lateral (
        select
            record.hospital_code,
            (record.occurred_at at time zone coalesce(hospital.time_zone, 'UTC'))::date as day
        from silver.adt_record as record
        left join gold.dim_hospital as hospital using (hospital_code)
        where record.patient_pseudonym = finding.patient_pseudonym and record.event_id = finding.event_id
        order by record.recorded_at desc, record.content_hash desc
        limit 1
    ) as told on true
    -- A finding about an extract has the id of its statement, which is made as docs/history.md says.
    left join lateral (
        select encounter.hospital_code, encounter.extract_date
        from silver.encounters as encounter
        where told.hospital_code is null
            and encounter.patient_pseudonym = finding.patient_pseudonym
            and encounter.encounter_key = finding.encounter_key
            and finding.event_id = encode(
                substr(
                    sha256(
                        convert_to(
                            concat_ws(
                                '|', 'encounters', encounter.encounter_key, encounter.extract_date,
                                encounter.content_hash
                            ),
                            'UTF8'
                        )
                    ),
                    1, 16
                ),
                'hex'
            )::uuid
        limit 1
    ) as extract on true
    union all
    select 'quarantine', quarantine.rule, coalesce(file.hospital_code, of_key.hospital_code), file.extract_date
    from ops.quarantine as quarantine
    left join bronze.file as file using (file_id)
    left join bronze.kafka_record as record
        on record.received_on = quarantine.received_on
        and record.topic_id = quarantine.topic_id
        and record.partition = quarantine.partition
        and record.kafka_offset = quarantine.kafka_offset
    left join gold.dim_hospital as of_key
        on convert_to(of_key.hospital_code || ':', 'UTF8')
            = substr(record.key, 1, octet_length(of_key.hospital_code) + 1)
    union all
    select 'refusal', rule, hospital_code, extract_date
    from ops.file_refusal
)

select effect, rule, hospital_code, day, count(*) as hits
from hit
group by effect, rule, hospital_code, day
order by effect, rule, hospital_code, day
