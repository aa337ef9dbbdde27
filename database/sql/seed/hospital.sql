-- One row a hospital; the code decides, the rest follows the network file.
insert into gold.dim_hospital (hospital_key, hospital_code, name, municipality, province, time_zone)
values ($1, $2, $3, $4, $5, $6)
on conflict (hospital_key) do update set
    name = excluded.name,
    municipality = excluded.municipality,
    province = excluded.province,
    time_zone = excluded.time_zone
where (dim_hospital.name, dim_hospital.municipality, dim_hospital.province, dim_hospital.time_zone)
    is distinct from (excluded.name, excluded.municipality, excluded.province, excluded.time_zone)
