-- Each line of a snapshot says that somebody is registered, repeats such a line, is in quarantine, or is
-- that of an erased patient.
with
-- include concept/file-book.sql
wrong as (
    select *
    from file_book
    where kind = 'patients' and state = 'loaded' and lines <> loaded + duplicate + quarantined + erased
)
select
    format(
        'snapshot that does not add up: %s on %s has %s lines, but %s patients are registered as of it, '
        'with %s duplicates and %s in quarantine, %s erased',
        hospital_code, extract_date, lines, loaded, duplicate, quarantined, erased
    ) as what
from wrong
