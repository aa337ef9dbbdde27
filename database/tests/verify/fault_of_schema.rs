//! Faults of the schema: comments, guards, views, rights.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a NULLed comment of a column",
        "comment on column gold.dim_patient.sex is null",
        "comment-missing",
        "missing comment: column gold.dim_patient.sex",
    ),
    fault(
        "an empty comment of a table",
        "comment on table bronze.kafka_record is ' '",
        "comment-missing",
        "missing comment: table bronze.kafka_record",
    ),
    fault(
        "a NULLed comment of a view's column",
        "comment on column gold.admissions.died is null",
        "comment-missing",
        "missing comment: column gold.admissions.died",
    ),
    fault(
        "a NULLed comment of a function",
        "comment on function gold.occupancy_at(timestamptz) is null",
        "comment-missing",
        "missing comment: function gold.occupancy_at",
    ),
    fault(
        "a NULLed comment of a schema",
        "comment on schema vault is null",
        "comment-missing",
        "missing comment: schema vault",
    ),
    fault(
        "a disabled trigger",
        "alter table gold.dim_patient disable trigger dim_patient_joined",
        "guard-missing",
        "trigger dim_patient_joined of gold.dim_patient",
    ),
    fault(
        "a dropped index",
        "drop index gold.dim_patient_one_current",
        "guard-missing",
        "unique index dim_patient_one_current of gold.dim_patient",
    ),
    fault(
        "a dropped constraint",
        "alter table gold.fact_location_stay drop constraint fact_location_stay_interval",
        "guard-missing",
        "constraint fact_location_stay_interval of gold.fact_location_stay",
    ),
    fault(
        "a constraint that refuses nothing any more",
        "alter table gold.fact_location_stay drop constraint fact_location_stay_interval,
             add constraint fact_location_stay_interval check (true)",
        "guard-missing",
        "constraint fact_location_stay_interval of gold.fact_location_stay",
    ),
    fault(
        "a unique index on another column",
        "drop index gold.dim_patient_one_current;
         create unique index dim_patient_one_current on gold.dim_patient (patient_key) where is_current",
        "guard-missing",
        "unique index dim_patient_one_current of gold.dim_patient",
    ),
    fault(
        "a trigger that looks at nothing any more",
        "create or replace function gold.refuse_loose_patient_version() returns trigger
         language plpgsql as 'begin return null; end'",
        "guard-missing",
        "trigger dim_patient_joined of gold.dim_patient",
    ),
    fault(
        "a dropped view",
        "drop view gold.current_occupancy",
        "relation-missing",
        "missing view: gold.current_occupancy",
    ),
    fault(
        "a dropped function",
        "drop function gold.occupancy_at(timestamptz)",
        "relation-missing",
        "missing function: gold.occupancy_at",
    ),
    fault(
        "no default partition",
        "drop table bronze.kafka_record_default",
        "relation-missing",
        "missing default partition: bronze.kafka_record_default",
    ),
    fault(
        "an analyst who may read the vault",
        "grant select on vault.patient to wardflow_analyst",
        "right-too-many",
        "right too many: wardflow_analyst may select vault.patient",
    ),
    fault(
        "silver for everybody",
        "grant select on silver.finding to public",
        "right-too-many",
        "right too many: everybody may select silver.finding",
    ),
    fault(
        "a loader who may empty tables",
        "grant truncate on gold.fact_admission to wardflow_loader",
        "right-too-many",
        "right too many: wardflow_loader may truncate gold.fact_admission",
    ),
    fault(
        "one column of bronze for an analyst",
        "grant select (headers) on bronze.kafka_record to wardflow_analyst",
        "right-too-many",
        "right too many: wardflow_analyst may select bronze.kafka_record (",
    ),
    fault(
        "an analyst who is the privacy officer too",
        "grant wardflow_privacy to wardflow_analyst",
        "right-too-many",
        "right too many: wardflow_analyst is a member of wardflow_privacy",
    ),
    fault(
        "a loader who may make tables",
        "grant create on schema gold to wardflow_loader",
        "right-too-many",
        "right too many: wardflow_loader may make tables in gold",
    ),
    fault(
        "partitions made by everybody",
        "grant execute on function bronze.ensure_partitions(date, date) to public",
        "right-too-many",
        "right too many: wardflow_analyst may run bronze.ensure_partitions(date,date)",
    ),
    fault(
        "gold closed to analysts",
        "revoke select on gold.admissions from wardflow_analyst",
        "right-too-many",
        "right missing: wardflow_analyst may not select gold.admissions",
    ),
];
