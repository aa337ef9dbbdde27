-- Versions of zero length do not exist, and time does not run backwards.
with
-- include concept/version.sql
inverted as (
    select * from version where valid_from >= valid_to
)
select format('empty interval: %s has a version from %s to %s', member, valid_from, valid_to) as what
from inverted
