-- What is still to be published: letters that were, and are refused still, and those that are new.
insert into pg_temp.dead_letter (quarantine_id, queued_at)
select waiting.quarantine_id, waiting.queued_at
from ops.dead_letter as waiting
where exists (select from pg_temp.quarantine as refused where refused.quarantine_id = waiting.quarantine_id)
union all
select refused.quarantine_id, now()
from pg_temp.quarantine as refused
where not exists (select from ops.quarantine as stored where stored.quarantine_id = refused.quarantine_id);
