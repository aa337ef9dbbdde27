-- When the first stay of a hospital began; null where there is none.
select min(arrived_at) as arrived_at
from gold.fact_location_stay
where hospital_code = $1
