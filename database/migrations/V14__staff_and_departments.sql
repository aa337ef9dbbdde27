-- Staff and departments change in time: what is stated about them is a set in silver, and their
-- versions in gold follow from it.

-- A topic that holds no patients has no shards, and any number of partitions.
alter table ops.kafka_topic add column holds_patients boolean not null default true;
alter table ops.kafka_topic alter column holds_patients drop default;
comment on column ops.kafka_topic.holds_patients is 'Whether its records are of patients: then it has as many partitions as there are shards.';

-- What a statement about staff or a department repeats has no patient.
alter table ops.duplicate alter column patient_pseudonym drop not null;
comment on column ops.duplicate.patient_pseudonym is 'Patient of the silver record that it repeats; NULL where it repeats a statement about staff or a department.';
comment on column ops.duplicate.event_id is 'Event, or statement, of the silver record that it repeats.';

-- Grain: one row a content of a statement. The primary key serves the only look-up of the loader: all
-- statements about a member of staff.
create table silver.staff_statement (
    staff_pseudonym uuid not null,
    statement_id uuid not null,
    content_hash uuid not null,
    effective_at timestamptz not null,
    sequence bigint,
    recorded_at timestamptz not null,
    source_system text,
    hospital_code text not null,
    department_code text,
    status text not null,
    role text,
    specialty text,
    shift text,
    roster_slot integer,
    hired_on date,
    sex text,
    birth_year integer,
    replaces_staff_pseudonym uuid,
    repairs text[] not null,
    topic_id smallint,
    partition integer,
    kafka_offset bigint,
    file_id bigint,
    line bigint,
    primary key (staff_pseudonym, statement_id, content_hash),
    constraint staff_statement_origin check (
        num_nonnulls(topic_id, partition, kafka_offset) = 3 and num_nonnulls(file_id, line) = 0
        or num_nonnulls(topic_id, partition, kafka_offset) = 0 and num_nonnulls(file_id, line) = 2
    )
);
comment on table silver.staff_statement is 'Cleaned statements about members of staff: a set that only grows. Grain: one row a content of a statement.';
comment on column silver.staff_statement.staff_pseudonym is 'The member of staff.';
comment on column silver.staff_statement.statement_id is 'The statement''s own id; a source that sends it twice with different content makes two rows.';
comment on column silver.staff_statement.content_hash is 'Keyed hash of all fields as sent.';
comment on column silver.staff_statement.effective_at is 'From when on it holds.';
comment on column silver.staff_statement.sequence is 'Number among the statements about the member; breaks ties of time.';
comment on column silver.staff_statement.recorded_at is 'When it was entered at the source.';
comment on column silver.staff_statement.source_system is 'The sending application.';
comment on column silver.staff_statement.hospital_code is 'The hospital.';
comment on column silver.staff_statement.department_code is 'The department, as sent.';
comment on column silver.staff_statement.status is 'employed, assigned or left.';
comment on column silver.staff_statement.role is 'Doctor, nurse and so on.';
comment on column silver.staff_statement.specialty is 'The field.';
comment on column silver.staff_statement.shift is 'Which shifts are worked: day, night, rotating.';
comment on column silver.staff_statement.roster_slot is 'The place in the eight-day roster, 0 to 7.';
comment on column silver.staff_statement.hired_on is 'Day of hiring.';
comment on column silver.staff_statement.sex is 'Administrative sex.';
comment on column silver.staff_statement.birth_year is 'Year of birth; NULL where the birth date is unknown.';
comment on column silver.staff_statement.replaces_staff_pseudonym is 'Who held the position before.';
comment on column silver.staff_statement.repairs is 'Codes of the rules that repaired the statement; the original is in bronze.';
comment on column silver.staff_statement.topic_id is 'Topic of the first delivery in bronze; NULL where it came in a file.';
comment on column silver.staff_statement.partition is 'Partition of the first delivery in bronze; NULL where it came in a file.';
comment on column silver.staff_statement.kafka_offset is 'Offset of the first delivery in bronze; NULL where it came in a file.';
comment on column silver.staff_statement.file_id is 'File of the first delivery; NULL where it came by a topic.';
comment on column silver.staff_statement.line is 'Line of that file; NULL where it came by a topic.';

-- Grain: one row a content of a statement. What network files state has no clock, no id and no
-- coordinates: it holds from the beginning of time, and there is one of it a department.
create table silver.department_statement (
    hospital_code text not null,
    department_code text not null,
    statement_id uuid not null,
    content_hash uuid not null,
    effective_at timestamptz not null,
    sequence bigint,
    recorded_at timestamptz,
    source_system text,
    name text not null,
    kind text not null,
    beds integer,
    repairs text[] not null,
    topic_id smallint,
    partition integer,
    kafka_offset bigint,
    file_id bigint,
    line bigint,
    primary key (hospital_code, department_code, statement_id, content_hash),
    constraint department_statement_origin check (
        num_nonnulls(topic_id, partition, kafka_offset, recorded_at) = 4
        and num_nonnulls(file_id, line) = 0 and effective_at > '-infinity'
        or num_nonnulls(topic_id, partition, kafka_offset) = 0
        and num_nonnulls(file_id, line, recorded_at) = 3 and effective_at > '-infinity'
        or num_nonnulls(topic_id, partition, kafka_offset, file_id, line, recorded_at) = 0
        and effective_at = '-infinity'
    )
);
create unique index department_statement_one_of_network
    on silver.department_statement (hospital_code, department_code) where effective_at = '-infinity';
comment on table silver.department_statement is 'Cleaned statements about departments. A set that only grows, but for those of network files, which database seed replaces. Grain: one row a content of a statement.';
comment on column silver.department_statement.hospital_code is 'The hospital.';
comment on column silver.department_statement.department_code is 'Code in events and files.';
comment on column silver.department_statement.statement_id is 'The statement''s own id; zero of a network file.';
comment on column silver.department_statement.content_hash is 'Keyed hash of all fields as sent; zero of a network file.';
comment on column silver.department_statement.effective_at is 'From when on it holds; -infinity of a network file.';
comment on column silver.department_statement.sequence is 'Number among the statements about the department; breaks ties of time.';
comment on column silver.department_statement.recorded_at is 'When it was entered at the source; NULL of a network file.';
comment on column silver.department_statement.source_system is 'The sending application.';
comment on column silver.department_statement.name is 'Name.';
comment on column silver.department_statement.kind is 'Kind of department, as network files name it.';
comment on column silver.department_statement.beds is 'Staffed beds.';
comment on column silver.department_statement.repairs is 'Codes of the rules that repaired the statement; the original is in bronze.';
comment on column silver.department_statement.topic_id is 'Topic of the first delivery in bronze.';
comment on column silver.department_statement.partition is 'Partition of the first delivery in bronze.';
comment on column silver.department_statement.kafka_offset is 'Offset of the first delivery in bronze.';
comment on column silver.department_statement.file_id is 'File of the first delivery.';
comment on column silver.department_statement.line is 'Line of that file.';

-- Grain: one row a ward of a department. What history rules know of wards; no gold follows from it.
create table silver.ward (
    hospital_code text not null,
    department_code text not null,
    ward text not null,
    beds integer not null check (beds > 0),
    primary key (hospital_code, department_code, ward)
);
comment on table silver.ward is 'Wards as the network file tells them, for HIS-009 and HIS-010. Grain: one row a ward of a department.';
comment on column silver.ward.hospital_code is 'The hospital.';
comment on column silver.ward.department_code is 'The department.';
comment on column silver.ward.ward is 'The ward''s code.';
comment on column silver.ward.beds is 'How many beds it has: they are numbered from 1.';

-- Grain: one row a member of staff, as the statement with the greatest (effective_at, recorded_at,
-- content_hash) has it; those whom only events of patients name have a number alone.
alter table vault.staff
    add column assignment_id text,
    add column id_number text,
    add column first_name text,
    add column last_name text,
    add column date_of_birth date,
    add column registration_number text,
    add column ends_on date,
    add column effective_at timestamptz,
    add column recorded_at timestamptz,
    add column content_hash uuid;
comment on table vault.staff is 'Identity of members of staff as last stated; of those whom only events of patients name, the number alone. Grain: one row a person.';
comment on column vault.staff.assignment_id is 'The number of the assignment.';
comment on column vault.staff.id_number is 'South African identity number as sent.';
comment on column vault.staff.first_name is 'Given names.';
comment on column vault.staff.last_name is 'Family name.';
comment on column vault.staff.date_of_birth is 'Date of birth as sent, where it could be read.';
comment on column vault.staff.registration_number is 'Number in the profession''s register.';
comment on column vault.staff.ends_on is 'The first day on which they will work no more, mostly the 65th birthday.';
comment on column vault.staff.effective_at is 'Effective time of the statement that this row repeats; NULL where there is none.';
comment on column vault.staff.recorded_at is 'Time of entry of that statement.';
comment on column vault.staff.content_hash is 'Content of that statement.';

-- Grain: one row a version of a member of staff.
create table gold.dim_staff (
    staff_key uuid primary key,
    staff_pseudonym uuid not null,
    hospital_code text not null,
    department_code text,
    status text not null,
    role text,
    specialty text,
    shift text,
    roster_slot integer,
    hired_on date,
    sex text,
    birth_year integer,
    replaces_staff_pseudonym uuid,
    valid_from timestamptz not null,
    valid_to timestamptz not null,
    is_current boolean not null,
    -- Serves the loader's look-up of a member's versions, and the trigger below.
    constraint dim_staff_version unique (staff_pseudonym, valid_from),
    constraint dim_staff_interval check (valid_from < valid_to)
);
create unique index dim_staff_one_current on gold.dim_staff (staff_pseudonym) where is_current;
comment on table gold.dim_staff is 'Members of staff, SCD2. Grain: one row a version of a member of staff.';
comment on column gold.dim_staff.staff_key is 'Key of the version.';
comment on column gold.dim_staff.staff_pseudonym is 'The member of staff: the durable key.';
comment on column gold.dim_staff.hospital_code is 'The hospital.';
comment on column gold.dim_staff.department_code is 'The department, by its code.';
comment on column gold.dim_staff.status is 'employed: hired, without a place to work; assigned: works in the department; left: works no more.';
comment on column gold.dim_staff.role is 'Doctor, nurse and so on.';
comment on column gold.dim_staff.specialty is 'The field.';
comment on column gold.dim_staff.shift is 'Which shifts are worked: day, night, rotating.';
comment on column gold.dim_staff.roster_slot is 'The place in the eight-day roster, 0 to 7.';
comment on column gold.dim_staff.hired_on is 'Day of hiring.';
comment on column gold.dim_staff.sex is 'Administrative sex.';
comment on column gold.dim_staff.birth_year is 'Year of birth; NULL where the birth date is unknown.';
comment on column gold.dim_staff.replaces_staff_pseudonym is 'Who held the position before.';
comment on column gold.dim_staff.valid_from is 'Begin of the version, inclusive.';
comment on column gold.dim_staff.valid_to is 'End of the version, exclusive; infinity while current.';
comment on column gold.dim_staff.is_current is 'Whether the version is the current one.';

-- As for patients (V6).
create function gold.refuse_loose_staff_version() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
    if exists (
        select
        from inserted
        where
            inserted.valid_to is distinct from coalesce(
                (
                    select min(later.valid_from)
                    from gold.dim_staff as later
                    where later.staff_pseudonym = inserted.staff_pseudonym
                        and later.valid_from > inserted.valid_from
                ),
                'infinity'
            )
            or inserted.valid_from is distinct from coalesce(
                (
                    select earlier.valid_to
                    from gold.dim_staff as earlier
                    where earlier.staff_pseudonym = inserted.staff_pseudonym
                        and earlier.valid_from < inserted.valid_from
                    order by earlier.valid_from desc
                    limit 1
                ),
                inserted.valid_from
            )
    ) then
        raise exception 'a version of a member of staff does not join its neighbours'
            using errcode = 'integrity_constraint_violation', table = 'dim_staff', schema = 'gold',
                constraint = 'dim_staff_joined';
    end if;
    return null;
end
$$;
comment on function gold.refuse_loose_staff_version() is 'Statement trigger: inserted versions join their neighbours without gap or overlap.';
create trigger dim_staff_joined after insert on gold.dim_staff
referencing new table as inserted for each statement
execute function gold.refuse_loose_staff_version();

alter table gold.dim_department add column beds integer;
comment on column gold.dim_department.beds is 'Staffed beds; NULL where nobody says.';

-- What departments are by now is what a network file stated.
insert into silver.department_statement (
    hospital_code, department_code, statement_id, content_hash, effective_at, name, kind, repairs
)
select
    hospital_code, department_code, '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000', '-infinity', name, kind, '{}'
from gold.dim_department
where hospital_code <> 'unknown';

-- Grain: one row a change of a department's versions whose patients were not folded again yet.
create table ops.department_change (
    change_id bigint generated always as identity primary key,
    hospital_code text not null,
    department_code text not null,
    changed_from timestamptz not null
);
comment on table ops.department_change is 'Departments whose versions or wards changed, until the patients who were there are folded again. Grain: one row a change.';
comment on column ops.department_change.change_id is 'Number of the change.';
comment on column ops.department_change.hospital_code is 'The hospital.';
comment on column ops.department_change.department_code is 'The department.';
comment on column ops.department_change.changed_from is 'Which version was valid has changed from here on; before, nothing has. -infinity where wards changed.';

comment on column ops.reference.version is 'Grows whenever a hospital, or the versions or wards of a department change.';

create view gold.staff_versions as
select
    staff_key, staff_pseudonym, hospital_code, department_code, status, role, specialty, shift,
    roster_slot, hired_on, sex, birth_year, replaces_staff_pseudonym, valid_from,
    nullif(valid_to, 'infinity') as valid_to, is_current
from gold.dim_staff
where valid_from > '-infinity';
comment on view gold.staff_versions is 'Versions of members of staff without the unknown member. Grain: one row a version.';
comment on column gold.staff_versions.staff_key is 'Key of the version.';
comment on column gold.staff_versions.staff_pseudonym is 'The member of staff.';
comment on column gold.staff_versions.hospital_code is 'The hospital''s code.';
comment on column gold.staff_versions.department_code is 'The department''s code.';
comment on column gold.staff_versions.status is 'employed, assigned or left.';
comment on column gold.staff_versions.role is 'Doctor, nurse and so on.';
comment on column gold.staff_versions.specialty is 'The field.';
comment on column gold.staff_versions.shift is 'Which shifts are worked.';
comment on column gold.staff_versions.roster_slot is 'The place in the eight-day roster, 0 to 7.';
comment on column gold.staff_versions.hired_on is 'Day of hiring.';
comment on column gold.staff_versions.sex is 'Administrative sex.';
comment on column gold.staff_versions.birth_year is 'Year of birth.';
comment on column gold.staff_versions.replaces_staff_pseudonym is 'Who held the position before.';
comment on column gold.staff_versions.valid_from is 'Begin of the version, inclusive.';
comment on column gold.staff_versions.valid_to is 'End of the version, exclusive; NULL while current.';
comment on column gold.staff_versions.is_current is 'Whether the version is the current one.';

create view gold.department_versions as
select
    department_key, hospital_code, department_code, name, kind, beds,
    nullif(valid_from, '-infinity') as valid_from, nullif(valid_to, 'infinity') as valid_to, is_current
from gold.dim_department
where hospital_code <> 'unknown';
comment on view gold.department_versions is 'Versions of departments without the unknown member. Grain: one row a version.';
comment on column gold.department_versions.department_key is 'Key of the version.';
comment on column gold.department_versions.hospital_code is 'The hospital''s code.';
comment on column gold.department_versions.department_code is 'The department''s code.';
comment on column gold.department_versions.name is 'Name.';
comment on column gold.department_versions.kind is 'Kind of department.';
comment on column gold.department_versions.beds is 'Staffed beds.';
comment on column gold.department_versions.valid_from is 'Begin of the version, inclusive; NULL for the first one.';
comment on column gold.department_versions.valid_to is 'End of the version, exclusive; NULL while current.';
comment on column gold.department_versions.is_current is 'Whether the version is the current one.';

grant select, insert, update, delete on
    silver.staff_statement, silver.department_statement, silver.ward, gold.dim_staff,
    ops.department_change
to wardflow_loader;
grant select on gold.staff_versions, gold.department_versions to wardflow_loader;
grant select on gold.dim_staff, gold.staff_versions, gold.department_versions
to wardflow_analyst, wardflow_privacy, wardflow_grafana;
