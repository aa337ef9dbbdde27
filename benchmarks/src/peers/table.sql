-- What the peers load into: what stands in an event, as it was sent. One row an event.
drop schema if exists peers cascade;
create schema peers;
create table peers.event (
    event_id text not null,
    event_type text,
    occurred_at text,
    recorded_at text,
    admitted_at text,
    discharged_at text,
    source_system text,
    hospital_code text,
    patient_id text,
    encounter_id text,
    sequence bigint,
    location_department_code text,
    location_ward text,
    location_bed text,
    prior_location_department_code text,
    hospital_service text,
    attending_staff_id text,
    admission_type text,
    primary key (event_id)
);
