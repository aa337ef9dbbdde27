-- What became of a line that is not in silver.
select quarantine.rule, quarantine.field, quarantine.reason, quarantine.state, quarantine.attempts,
    exists (select from ops.line_duplicate where file_id = $1 and line = $2) as is_duplicate,
    exists (select from ops.erased_line where file_id = $1 and line = $2) as is_erased
from (select $1::bigint as file_id, $2::bigint as line) as wanted
left join ops.quarantine as quarantine using (file_id, line)
