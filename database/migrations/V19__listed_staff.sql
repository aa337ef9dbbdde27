-- Members of staff as staff.csv lists them: what assigned_staff.csv does not tell of whom it assigns.

-- Grain: one row a member of staff, day of the file and content of a line.
create table silver.staff (
    staff_pseudonym uuid not null,
    extract_date date not null,
    content_hash uuid not null,
    extracted_at timestamptz not null,
    role text,
    specialty text,
    hired_on date,
    sex text,
    birth_year integer,
    repairs text[] not null,
    file_id bigint not null,
    line bigint not null,
    primary key (staff_pseudonym, extract_date, content_hash)
);
comment on table silver.staff is 'Members of staff as staff.csv lists them, without identity. Grain: one row a member of staff, day of the file and content of a line.';
comment on column silver.staff.staff_pseudonym is 'The member of staff.';
comment on column silver.staff.extract_date is 'Day that the file is of.';
comment on column silver.staff.content_hash is 'Keyed hash of all fields as sent.';
comment on column silver.staff.extracted_at is 'When the file was made.';
comment on column silver.staff.role is 'Doctor, nurse and so on.';
comment on column silver.staff.specialty is 'The field.';
comment on column silver.staff.hired_on is 'Day of hiring.';
comment on column silver.staff.sex is 'Administrative sex.';
comment on column silver.staff.birth_year is 'Year of birth; NULL where the birth date is unknown.';
comment on column silver.staff.repairs is 'Codes of the rules that repaired the line.';
comment on column silver.staff.file_id is 'File of the line.';
comment on column silver.staff.line is 'Number of the line in its file; the header is 1.';

comment on column silver.staff_statement.hired_on is 'Day of hiring; NULL of a file, of whose members silver.staff tells it.';
comment on column silver.staff_statement.sex is 'Administrative sex; NULL of a file, of whose members silver.staff tells it.';
comment on column silver.staff_statement.birth_year is 'Year of birth; NULL where the birth date is unknown, and of a file, of whose members silver.staff tells it.';

-- Grain: one row a member of staff whom a file lists, as the line with the greatest (effective_at,
-- content_hash) has it. It stands apart from what the topic states: each source corrects its own row.
create table vault.listed_staff (
    staff_pseudonym uuid primary key,
    staff_id text not null,
    id_number text,
    first_name text,
    last_name text,
    date_of_birth date,
    registration_number text,
    effective_at timestamptz not null,
    content_hash uuid not null
);
comment on table vault.listed_staff is 'Identity of members of staff as staff.csv states it. Grain: one row a member of staff.';
comment on column vault.listed_staff.staff_pseudonym is 'Pseudonym of the member of staff.';
comment on column vault.listed_staff.staff_id is 'The number of the member of staff.';
comment on column vault.listed_staff.id_number is 'South African identity number as sent.';
comment on column vault.listed_staff.first_name is 'Given names.';
comment on column vault.listed_staff.last_name is 'Family name.';
comment on column vault.listed_staff.date_of_birth is 'Date of birth as sent, where it could be read.';
comment on column vault.listed_staff.registration_number is 'Number in the profession''s register.';
comment on column vault.listed_staff.effective_at is 'When the file was made that says so.';
comment on column vault.listed_staff.content_hash is 'Content of that line.';

grant select, insert, update, delete on silver.staff to wardflow_loader;
grant select, insert, update on vault.listed_staff to wardflow_loader;
grant select on vault.listed_staff to wardflow_privacy;
