-- What is kept of the words that name an erased patient.
select word_pseudonym from ops.erased_word where patient_pseudonym = $1
