-- One census at a time; the turn ends with the transaction.
select pg_advisory_xact_lock(hashtext('wardflow census'))
