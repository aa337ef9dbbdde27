-- Every writer schema by which a record was read. Grain: one row a schema.
select schema_id, definition from ops.schema
