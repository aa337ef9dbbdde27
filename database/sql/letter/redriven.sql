-- A letter was sent again, unless its record has come already, and was loaded or refused once more.
update ops.quarantine set state = 'redriven' where quarantine_id = $1 and state = 'open' and attempts = $2
