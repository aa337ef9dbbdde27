-- How many events of a producer's run have been received: its ordinals below a number, each once,
-- by the headers wardflow.run and wardflow.ordinal.
select count(distinct headers[4])
from bronze.kafka_record
where headers[1] = 'wardflow.run'::bytea
    and headers[2] = $1
    and headers[3] = 'wardflow.ordinal'::bytea
    and length(headers[4]) <= 18
    and convert_from(headers[4], 'UTF8')::bigint < $2
