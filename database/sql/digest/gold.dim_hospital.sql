-- Every column of gold.dim_hospital, in the order of its key.
select
    hospital_key, hospital_code, name, municipality, province, time_zone
from gold.dim_hospital
order by hospital_key
