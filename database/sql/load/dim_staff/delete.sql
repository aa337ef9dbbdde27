-- Rows that the statements no longer make.
delete from gold.dim_staff as stored
using unnest($1::gold.dim_staff[]) as gone
where stored.staff_key = gone.staff_key
