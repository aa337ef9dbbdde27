insert into ops.file_refusal (path, hospital_code, kind, extract_date, sha256, rule, reason, refused_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
