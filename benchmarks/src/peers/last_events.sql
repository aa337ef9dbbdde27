-- The last event of each partition. One row a partition.
select distinct on (partition) event_id::text
from silver.adt_record
order by partition, kafka_offset desc
