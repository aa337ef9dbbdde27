-- Has the hours of a hospital counted again from some time on.
insert into ops.census_todo (hospital_code, from_hour, to_hour)
values ($1, date_trunc('hour', $2::timestamptz, 'UTC'), null)
