-- The offsets between this batch's records at which the log holds none.
insert into ops.offset_hole (topic_id, partition, first_offset, next_offset)
select $1, hole.partition, hole.first_offset, hole.next_offset
from unnest($2::integer[], $3::bigint[], $4::bigint[]) as hole (partition, first_offset, next_offset)
