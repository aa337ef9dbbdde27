-- Where else an id came: deliveries of what was there already, and records that a rule refused and that hold
-- the id in its usual form. Grain: one row a delivery.
select topic_id, partition, kafka_offset
from ops.duplicate
where event_id = $1
union all
select quarantine.topic_id, quarantine.partition, quarantine.kafka_offset
from ops.quarantine as quarantine
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
where position(convert_to($1::text, 'UTF8') in record.payload) > 0
    or position(convert_to(upper($1::text), 'UTF8') in record.payload) > 0
