copy ops.census_roster (hospital_code, day_starts_at, encounters) from stdin (format binary)
