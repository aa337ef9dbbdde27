-- Letters in one of some states come to be in another one.
update ops.quarantine set state = $2
where quarantine_id = any($1) and state = any($3)
