-- Lines of a file that name a patient: their outcome is that they are erased, whatever it was.
with
erased as (
    select unnest($2::bigint[]) as line
),
released as (
    delete from ops.quarantine using erased
    where quarantine.file_id = $1 and quarantine.line = erased.line
),
repeated as (
    delete from ops.line_duplicate using erased
    where line_duplicate.file_id = $1 and line_duplicate.line = erased.line
)
insert into ops.erased_line (file_id, line, patient_pseudonym)
select $1, line, $3
from erased
on conflict (file_id, line) do nothing
