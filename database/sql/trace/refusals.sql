-- Why a file was refused, each time, the last one first.
select rule, reason, refused_at
from ops.file_refusal
where hospital_code is not distinct from $1 and extract_date = $2 and kind = $3
order by refused_at desc
