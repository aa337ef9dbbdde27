-- One writer a dimension: statements about members of staff, or departments, come from several topics
-- and files, and none of them has shards.
select pg_advisory_xact_lock(hashtextextended($1, 0))
