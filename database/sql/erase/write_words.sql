-- Keeps words that name an erased patient. One that names two is known as that of the first.
insert into ops.erased_word (word_pseudonym, patient_pseudonym)
select word, $2
from unnest($1::uuid[]) as word
on conflict (word_pseudonym) do nothing
