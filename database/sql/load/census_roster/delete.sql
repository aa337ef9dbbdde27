-- Days at whose begin nobody is there any more.
delete from ops.census_roster as stored
using unnest($1::ops.census_roster[]) as gone
where stored.hospital_code = gone.hospital_code
    and stored.day_starts_at = gone.day_starts_at
