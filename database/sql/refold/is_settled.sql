-- Whether all patients were folded with the departments as they are.
select not exists (select from ops.department_change)
