-- Dead letters that are still to be published.
select count(*) as waiting, min(queued_at) as oldest_at from ops.dead_letter
