-- Rows of tables that stand beside the layers. Grain: one row a table.
select 'bronze' as layer, 'file' as name, count(*) as rows from bronze.file
union all select 'vault', 'patient', count(*) from vault.patient
union all select 'vault', 'registered_patient', count(*) from vault.registered_patient
union all select 'vault', 'registration', count(*) from vault.registration
union all select 'vault', 'person', count(*) from vault.person
union all select 'vault', 'listed_staff', count(*) from vault.listed_staff
union all select 'vault', 'encounter', count(*) from vault.encounter
union all select 'vault', 'staff', count(*) from vault.staff
union all select 'ops', 'duplicate', count(*) from ops.duplicate
union all select 'ops', 'line_duplicate', count(*) from ops.line_duplicate
union all select 'ops', 'quarantine', count(*) from ops.quarantine
union all select 'ops', 'erased_record', count(*) from ops.erased_record
union all select 'ops', 'erased_line', count(*) from ops.erased_line
union all select 'ops', 'file_refusal', count(*) from ops.file_refusal
