-- Letters whose record has come again and is loaded now, or was loaded already.
update ops.quarantine set state = 'loaded' where quarantine_id = any($1::uuid[]) and state <> 'loaded'
