-- Where somebody would have begun to read, and has not. What he found then the log may have lost since.
delete from ops.kafka_offset
