-- Everybody of whom something is stated. Grain: one row a member of staff.
select distinct staff_pseudonym from silver.staff_statement
