-- All patients are folded with the departments as they are.
delete from ops.department_change
