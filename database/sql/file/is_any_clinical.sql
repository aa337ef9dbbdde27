-- Whether any clinical file was ever taken: where none was, no fact of one has a key to mend.
select exists (select from bronze.file where kind in ('diagnoses', 'procedures', 'medications', 'charges')) as is_any
