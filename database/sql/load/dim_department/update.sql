-- Rows that stay under their key and say something else.
update gold.dim_department as stored
set
    name = changed.name,
    kind = changed.kind,
    valid_to = changed.valid_to,
    is_current = changed.is_current,
    beds = changed.beds
from unnest($1::gold.dim_department[]) as changed
where stored.department_key = changed.department_key
