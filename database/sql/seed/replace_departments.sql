-- What a network file stated before, and says otherwise now.
delete from silver.department_statement as stated
using unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[])
    as network (hospital_code, department_code, name, kind, beds)
where stated.hospital_code = network.hospital_code
    and stated.department_code = network.department_code
    and stated.effective_at = '-infinity'
    and (stated.name, stated.kind, stated.beds) is distinct from (network.name, network.kind, network.beds)
