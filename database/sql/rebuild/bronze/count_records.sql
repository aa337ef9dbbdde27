-- How many records were read, by the books: it is told beside how many are decoded.
select
    coalesce((select sum(next_offset - first_offset) from ops.kafka_offset), 0)::bigint
    - coalesce((select sum(next_offset - first_offset) from ops.offset_hole), 0)::bigint as records
