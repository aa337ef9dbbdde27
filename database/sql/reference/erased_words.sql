-- Words that name patients who are to be forgotten.
select word_pseudonym, patient_pseudonym
from ops.erased_word
