-- Read before the data: what changes in between is noticed by the next batch.
select version from ops.reference
