-- The unknown member: whose a patient record is that names nobody.
insert into gold.dim_person (person_record_pseudonym)
values ($1)
on conflict (person_record_pseudonym) do nothing
