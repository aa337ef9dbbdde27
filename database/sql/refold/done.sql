-- Their patients are folded.
delete from ops.department_change
where change_id = any($1::bigint[])
