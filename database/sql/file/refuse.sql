-- A file that lies where it was and is refused in every round is noted once.
insert into ops.file_refusal (path, hospital_code, kind, extract_date, sha256, rule, reason, refused_at)
select $1, $2, $3, $4, $5, $6, $7, $8
where (select epoch from ops.simulation) = $9 and not exists (
    select
    from ops.file_refusal
    where path = $1 and rule = $6 and reason = $7 and sha256 is not distinct from $5
)
