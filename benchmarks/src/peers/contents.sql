-- What a peer loaded: how many rows, one hash over all of them, and one over what silver holds of an event, too.
select
    count(*) as rows,
    coalesce(md5(string_agg(md5(event::text), '' order by event_id collate "C")), '') as hash,
    coalesce(md5(string_agg(md5(row(
        event_id,
        event_type,
        occurred_at::timestamptz,
        recorded_at::timestamptz,
        admitted_at::timestamptz,
        discharged_at::timestamptz,
        source_system,
        hospital_code,
        sequence,
        location_department_code,
        location_ward,
        location_bed,
        prior_location_department_code,
        hospital_service,
        admission_type
    )::text), '' order by event_id collate "C")), '') as hash_of_shared
from peers.event
