-- One row a day from 1900 to 2300.
insert into gold.dim_date (
    date_day, year, quarter, month, month_name, day_of_month, day_of_year, iso_year, iso_week,
    iso_day_of_week, day_name, is_weekend
)
select
    day::date,
    extract(year from day),
    extract(quarter from day),
    extract(month from day),
    (array[
        'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
        'October', 'November', 'December'
    ])[extract(month from day)],
    extract(day from day),
    extract(doy from day),
    extract(isoyear from day),
    extract(week from day),
    extract(isodow from day),
    (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[extract(isodow from day)],
    extract(isodow from day) > 5
from generate_series(timestamp '1900-01-01', timestamp '2300-12-31', interval '1 day') as days (day)
on conflict (date_day) do nothing
