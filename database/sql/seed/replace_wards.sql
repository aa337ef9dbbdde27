-- The wards of the network file's departments take the place of what it told before. One row each
-- department whose wards have changed.
with
network as (
    select * from unnest($3::text[], $4::text[], $5::text[], $6::integer[])
        as network (hospital_code, department_code, ward, beds)
),
gone as (
    delete from silver.ward as known
    using unnest($1::text[], $2::text[]) as told (hospital_code, department_code)
    where known.hospital_code = told.hospital_code
        and known.department_code = told.department_code
        and not exists (
            select from network
            where network.hospital_code = known.hospital_code
                and network.department_code = known.department_code
                and network.ward = known.ward
        )
    returning known.hospital_code, known.department_code
),
written as (
    insert into silver.ward as known (hospital_code, department_code, ward, beds)
    select * from network
    on conflict (hospital_code, department_code, ward) do update set beds = excluded.beds
    where known.beds <> excluded.beds
    returning known.hospital_code, known.department_code
)
select hospital_code, department_code from gone
union
select hospital_code, department_code from written
