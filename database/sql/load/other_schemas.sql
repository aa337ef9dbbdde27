-- Ids that stand for another schema here: another registry, or one that was made again.
select given.schema_id
from unnest($1::integer[], $2::text[]) as given (schema_id, definition)
join ops.schema as kept using (schema_id)
where kept.definition::jsonb <> given.definition::jsonb
order by given.schema_id
