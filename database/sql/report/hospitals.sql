-- How far the extracts and the census of each hospital have come. Grain: one row a hospital of which either knows.
select
    hospital_code,
    file.extract_date as latest_extract_on,
    file.received_at as latest_extract_received_at,
    frontier.closed_until as hours_counted_until
from (
    select hospital_code, max(extract_date) as extract_date, max(received_at) as received_at
    from bronze.file
    where hospital_code is not null
    group by hospital_code
) as file
full join ops.census_frontier as frontier using (hospital_code)
order by hospital_code
