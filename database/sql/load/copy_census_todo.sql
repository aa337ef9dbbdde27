copy ops.census_todo (hospital_code, from_hour, to_hour) from stdin (format binary)
