-- Lines of erased patients. One that is read again is known already.
insert into ops.erased_line (file_id, line, patient_pseudonym)
select $1, line, patient_pseudonym
from unnest($2::bigint[], $3::uuid[]) as erased (line, patient_pseudonym)
on conflict (file_id, line) do nothing
