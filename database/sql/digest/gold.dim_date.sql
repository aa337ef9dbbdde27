-- Every column of gold.dim_date, in the order of its key.
select
    date_day, year, quarter, month, month_name, day_of_month, day_of_year, iso_year, iso_week,
    iso_day_of_week, day_name, is_weekend
from gold.dim_date
order by date_day
