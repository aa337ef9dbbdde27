-- Where the copy of a file lies of which lines were erased.
insert into ops.file_copy as known (file_id, path, sha256)
values ($1, $2, $3)
on conflict (file_id) do update set path = excluded.path, sha256 = excluded.sha256
