-- What ours loaded, as contents.sql counts it. Patient, encounter and staff are pseudonyms here.
select
    count(*) as rows,
    coalesce(md5(string_agg(md5(row(
        event_id::text,
        event_type,
        occurred_at,
        recorded_at,
        admitted_at,
        discharged_at,
        source_system,
        hospital_code,
        sequence,
        department_code,
        ward,
        bed,
        prior_department_code,
        hospital_service,
        admission_type
    )::text), '' order by event_id::text collate "C")), '') as hash_of_shared
from silver.adt_record
