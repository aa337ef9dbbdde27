-- Hospitals and departments change by `database seed` while consumers run: each batch compares the
-- version that it was made with.

-- Grain: one row.
create table ops.reference (
    only_one boolean primary key default true check (only_one),
    version bigint not null check (version >= 0)
);
comment on table ops.reference is 'Version of the reference data: hospitals and departments. Grain: one row.';
comment on column ops.reference.only_one is 'True: there is one row.';
comment on column ops.reference.version is 'Grows whenever database seed changes a hospital or department.';
insert into ops.reference (version) values (0);

grant select, update on ops.reference to wardflow_loader;
