-- Of each rule the records and lines in quarantine that are worst: still open, tried most often, last come. Their
-- coordinates, never their content. Grain: one row a record or line, at most $1 of a rule.
select rule, records, topic, partition, kafka_offset, file, line, field, reason, attempts, state, quarantined_at
from (
    select
        quarantine.rule,
        count(*) over (partition by quarantine.rule) as records,
        row_number() over (
            partition by quarantine.rule
            order by
                quarantine.state <> 'open', quarantine.attempts desc, quarantine.quarantined_at desc,
                quarantine.quarantine_id
        ) as rank,
        topic.topic,
        quarantine.partition,
        quarantine.kafka_offset,
        case
            when file.hospital_code is null then file.kind || '.csv'
            else 'ehr/' || file.extract_date || '/' || file.hospital_code || '/' || file.kind || '.csv'
        end as file,
        quarantine.line,
        quarantine.field,
        quarantine.reason,
        quarantine.attempts,
        quarantine.state,
        quarantine.quarantined_at
    from ops.quarantine as quarantine
    left join ops.kafka_topic as topic using (topic_id)
    left join bronze.file as file using (file_id)
) as ranked
where rank <= $1
order by records desc, rule, rank
