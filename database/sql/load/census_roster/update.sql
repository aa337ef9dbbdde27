-- Days at whose begin others are there than it says.
update ops.census_roster as stored
set encounters = changed.encounters
from unnest($1::ops.census_roster[]) as changed
where stored.hospital_code = changed.hospital_code
    and stored.day_starts_at = changed.day_starts_at
