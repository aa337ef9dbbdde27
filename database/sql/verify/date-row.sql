-- Every day that can occur has its row, and the row says what the calendar says.
with
calendar as (
    select day::date as date_day
    from generate_series(timestamp '1900-01-01', timestamp '2300-12-31', interval '1 day') as days (day)
),
described as (
    select
        date_day,
        extract(year from date_day) as year,
        extract(quarter from date_day) as quarter,
        extract(month from date_day) as month,
        to_char(date_day, 'FMMonth') as month_name,
        extract(day from date_day) as day_of_month,
        extract(doy from date_day) as day_of_year,
        extract(isoyear from date_day) as iso_year,
        extract(week from date_day) as iso_week,
        extract(isodow from date_day) as iso_day_of_week,
        to_char(date_day, 'FMDay') as day_name,
        extract(isodow from date_day) in (6, 7) as is_weekend
    from calendar
)
select
    case
        when actual.date_day is null then format('day %s is missing', described.date_day)
        when described.date_day is null then format('day %s is out of range', actual.date_day)
        else format('day %s is wrongly described', actual.date_day)
    end as what
from described
full join gold.dim_date as actual using (date_day)
where
    (
        described.date_day, described.year, described.quarter, described.month, described.month_name,
        described.day_of_month, described.day_of_year, described.iso_year, described.iso_week,
        described.iso_day_of_week, described.day_name, described.is_weekend
    ) is distinct from (
        actual.date_day, actual.year, actual.quarter, actual.month, actual.month_name,
        actual.day_of_month, actual.day_of_year, actual.iso_year, actual.iso_week,
        actual.iso_day_of_week, actual.day_name, actual.is_weekend
    )
