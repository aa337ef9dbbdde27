-- What the database itself refuses must stay refused: every guard of the migrations, by name and by
-- what it says. A new one is added here with its migration.
with
expected_constraint as (
    select *
    from (
        values
        ('bronze.file', 'file_bytes_check', 'CHECK ((bytes >= 0))'),
        ('bronze.file', 'file_lines_check', 'CHECK ((lines >= 0))'),
        ('bronze.file', 'file_of_day', 'UNIQUE NULLS NOT DISTINCT (hospital_code, kind, extract_date)'),
        ('bronze.file', 'file_pkey', 'PRIMARY KEY (file_id)'),
        ('bronze.file', 'file_sha256_check', 'CHECK ((length(sha256) = 32))'),
        (
            'bronze.kafka_record', 'kafka_record_pkey',
            'PRIMARY KEY (received_on, topic_id, partition, kafka_offset)'
        ),
        ('gold.dim_date', 'dim_date_pkey', 'PRIMARY KEY (date_day)'),
        (
            'gold.dim_department', 'dim_department_hospital_code_department_code_valid_from_key',
            'UNIQUE (hospital_code, department_code, valid_from)'
        ),
        ('gold.dim_department', 'dim_department_interval', 'CHECK ((valid_from < valid_to))'),
        ('gold.dim_department', 'dim_department_pkey', 'PRIMARY KEY (department_key)'),
        ('gold.dim_hospital', 'dim_hospital_hospital_code_key', 'UNIQUE (hospital_code)'),
        ('gold.dim_hospital', 'dim_hospital_pkey', 'PRIMARY KEY (hospital_key)'),
        ('gold.dim_patient', 'dim_patient_interval', 'CHECK ((valid_from < valid_to))'),
        ('gold.dim_patient', 'dim_patient_pkey', 'PRIMARY KEY (patient_key)'),
        ('gold.dim_patient', 'dim_patient_version', 'UNIQUE (patient_pseudonym, valid_from)'),
        ('gold.dim_person', 'dim_person_pkey', 'PRIMARY KEY (person_record_pseudonym)'),
        ('gold.dim_staff', 'dim_staff_interval', 'CHECK ((valid_from < valid_to))'),
        ('gold.dim_staff', 'dim_staff_pkey', 'PRIMARY KEY (staff_key)'),
        ('gold.dim_staff', 'dim_staff_version', 'UNIQUE (staff_pseudonym, valid_from)'),
        (
            'gold.fact_admission', 'fact_admission_interval',
            'CHECK ((first_location_at <= last_location_left_at))'
        ),
        (
            'gold.fact_admission', 'fact_admission_length_of_stay_seconds_check',
            'CHECK ((length_of_stay_seconds >= 0))'
        ),
        ('gold.fact_admission', 'fact_admission_pkey', 'PRIMARY KEY (encounter_key)'),
        (
            'gold.fact_admission', 'fact_admission_transfer_count_check',
            'CHECK ((transfer_count >= 0))'
        ),
        ('gold.fact_charge', 'fact_charge_line_number_check', 'CHECK ((line_number > 0))'),
        ('gold.fact_charge', 'fact_charge_pkey', 'PRIMARY KEY (encounter_key, line_number)'),
        ('gold.fact_diagnosis', 'fact_diagnosis_line_number_check', 'CHECK ((line_number > 0))'),
        ('gold.fact_diagnosis', 'fact_diagnosis_pkey', 'PRIMARY KEY (encounter_key, line_number)'),
        ('gold.fact_bed_occupancy', 'fact_bed_occupancy_arrivals_check', 'CHECK ((arrivals >= 0))'),
        ('gold.fact_bed_occupancy', 'fact_bed_occupancy_departures_check', 'CHECK ((departures >= 0))'),
        (
            'gold.fact_bed_occupancy', 'fact_bed_occupancy_patient_seconds_check',
            'CHECK ((patient_seconds >= 0))'
        ),
        (
            'gold.fact_bed_occupancy', 'fact_bed_occupancy_patients_at_start_check',
            'CHECK ((patients_at_start >= 0))'
        ),
        (
            'gold.fact_bed_occupancy', 'fact_bed_occupancy_pkey',
            'PRIMARY KEY (hospital_code, hour_starts_at, department_key)'
        ),
        (
            'gold.fact_bed_occupancy', 'fact_bed_occupancy_somebody',
            'CHECK (((patients_at_start > 0) OR (arrivals > 0) OR (departures > 0)))'
        ),
        (
            'gold.fact_location_stay', 'fact_location_stay_interval',
            'CHECK ((arrived_at < left_at))'
        ),
        (
            'gold.fact_location_stay', 'fact_location_stay_pkey',
            'PRIMARY KEY (encounter_key, arrived_at)'
        ),
        (
            'gold.fact_location_stay', 'fact_location_stay_stay_number_check',
            'CHECK ((stay_number > 0))'
        ),
        ('gold.fact_medication', 'fact_medication_line_number_check', 'CHECK ((line_number > 0))'),
        ('gold.fact_medication', 'fact_medication_pkey', 'PRIMARY KEY (encounter_key, line_number)'),
        ('gold.fact_procedure', 'fact_procedure_line_number_check', 'CHECK ((line_number > 0))'),
        ('gold.fact_procedure', 'fact_procedure_pkey', 'PRIMARY KEY (encounter_key, line_number)'),
        ('gold.fact_registration', 'fact_registration_pkey', 'PRIMARY KEY (patient_pseudonym)'),
        ('ops.census_frontier', 'census_frontier_pkey', 'PRIMARY KEY (hospital_code)'),
        ('ops.census_roster', 'census_roster_pkey', 'PRIMARY KEY (hospital_code, day_starts_at)'),
        ('ops.census_todo', 'census_todo_check', 'CHECK ((from_hour < to_hour))'),
        ('ops.census_todo', 'census_todo_pkey', 'PRIMARY KEY (todo_id)'),
        ('ops.census_witness', 'census_witness_pkey', 'PRIMARY KEY (witness_id)'),
        ('ops.department_change', 'department_change_pkey', 'PRIMARY KEY (change_id)'),
        ('ops.dead_letter', 'dead_letter_pkey', 'PRIMARY KEY (quarantine_id)'),
        (
            'ops.dead_letter', 'dead_letter_quarantine_id_fkey',
            'FOREIGN KEY (quarantine_id) REFERENCES ops.quarantine(quarantine_id) ON DELETE CASCADE'
        ),
        ('ops.duplicate', 'duplicate_pkey', 'PRIMARY KEY (topic_id, partition, kafka_offset)'),
        (
            'ops.file_progress', 'file_progress_file_id_fkey',
            'FOREIGN KEY (file_id) REFERENCES bronze.file(file_id)'
        ),
        ('ops.file_progress', 'file_progress_pkey', 'PRIMARY KEY (file_id)'),
        ('ops.erased_line', 'erased_line_line_check', 'CHECK ((line > 1))'),
        ('ops.erased_line', 'erased_line_pkey', 'PRIMARY KEY (file_id, line)'),
        ('ops.erased_record', 'erased_record_pkey', 'PRIMARY KEY (topic_id, partition, kafka_offset)'),
        ('ops.erased_word', 'erased_word_pkey', 'PRIMARY KEY (word_pseudonym)'),
        (
            'ops.erased_word', 'erased_word_patient_pseudonym_fkey',
            'FOREIGN KEY (patient_pseudonym) REFERENCES ops.erasure(patient_pseudonym)'
        ),
        ('ops.erasure', 'erasure_pkey', 'PRIMARY KEY (patient_pseudonym)'),
        (
            'ops.file_copy', 'file_copy_file_id_fkey',
            'FOREIGN KEY (file_id) REFERENCES bronze.file(file_id)'
        ),
        ('ops.file_copy', 'file_copy_pkey', 'PRIMARY KEY (file_id)'),
        ('ops.file_copy', 'file_copy_sha256_check', 'CHECK ((length(sha256) = 32))'),
        ('ops.file_progress', 'file_progress_shard_check', 'CHECK ((shard >= 0))'),
        (
            'ops.file_progress', 'file_progress_state_check',
            'CHECK ((state = ANY (ARRAY[''loading''::text, ''loaded''::text])))'
        ),
        ('ops.file_refusal', 'file_refusal_pkey', 'PRIMARY KEY (file_refusal_id)'),
        ('ops.file_refusal', 'file_refusal_sha256_check', 'CHECK ((length(sha256) = 32))'),
        ('ops.kafka_offset', 'kafka_offset_check', 'CHECK ((next_offset >= first_offset))'),
        (
            'ops.kafka_offset', 'kafka_offset_cluster_id_topic_fkey',
            'FOREIGN KEY (cluster_id, topic) REFERENCES ops.kafka_topic(cluster_id, topic)'
        ),
        ('ops.kafka_offset', 'kafka_offset_first_offset_check', 'CHECK ((first_offset >= 0))'),
        ('ops.kafka_offset', 'kafka_offset_partition_check', 'CHECK ((partition >= 0))'),
        ('ops.kafka_offset', 'kafka_offset_pkey', 'PRIMARY KEY (cluster_id, topic, partition)'),
        ('ops.kafka_topic', 'kafka_topic_cluster_id_topic_key', 'UNIQUE (cluster_id, topic)'),
        ('ops.kafka_topic', 'kafka_topic_partitions_check', 'CHECK ((partitions > 0))'),
        ('ops.kafka_topic', 'kafka_topic_pkey', 'PRIMARY KEY (topic_id)'),
        ('ops.line_duplicate', 'line_duplicate_line_check', 'CHECK ((line > 1))'),
        ('ops.line_duplicate', 'line_duplicate_pkey', 'PRIMARY KEY (file_id, line)'),
        ('ops.offset_hole', 'offset_hole_check', 'CHECK ((next_offset > first_offset))'),
        ('ops.offset_hole', 'offset_hole_first_offset_check', 'CHECK ((first_offset >= 0))'),
        ('ops.offset_hole', 'offset_hole_pkey', 'PRIMARY KEY (topic_id, partition, first_offset)'),
        (
            'ops.offset_hole', 'offset_hole_topic_id_fkey',
            'FOREIGN KEY (topic_id) REFERENCES ops.kafka_topic(topic_id)'
        ),
        ('ops.quarantine', 'quarantine_attempts_check', 'CHECK ((attempts > 0))'),
        (
            'ops.quarantine', 'quarantine_coordinates',
            'CHECK ((((num_nulls(topic_id, partition, kafka_offset, received_on) = 0) AND (num_nulls(file_id, line) = 2)) OR ((num_nulls(topic_id, partition, kafka_offset, received_on) = 4) AND (num_nulls(file_id, line) = 0))))'
        ),
        (
            'ops.quarantine', 'quarantine_file_id_fkey',
            'FOREIGN KEY (file_id) REFERENCES bronze.file(file_id)'
        ),
        ('ops.quarantine', 'quarantine_line', 'UNIQUE (file_id, line)'),
        ('ops.quarantine', 'quarantine_line_check', 'CHECK ((line > 1))'),
        ('ops.quarantine', 'quarantine_pkey', 'PRIMARY KEY (quarantine_id)'),
        (
            'ops.quarantine', 'quarantine_state_check',
            'CHECK ((state = ANY (ARRAY[''open''::text, ''redriven''::text, ''loaded''::text, ''discarded''::text])))'
        ),
        (
            'ops.quarantine', 'quarantine_topic_id_fkey',
            'FOREIGN KEY (topic_id) REFERENCES ops.kafka_topic(topic_id)'
        ),
        (
            'ops.quarantine', 'quarantine_topic_id_partition_kafka_offset_key',
            'UNIQUE (topic_id, partition, kafka_offset)'
        ),
        ('ops.reference', 'reference_only_one_check', 'CHECK (only_one)'),
        ('ops.reference', 'reference_pkey', 'PRIMARY KEY (only_one)'),
        ('ops.reference', 'reference_version_check', 'CHECK ((version >= 0))'),
        ('ops.schema', 'schema_pkey', 'PRIMARY KEY (schema_id)'),
        ('ops.shard', 'shard_pkey', 'PRIMARY KEY (shard)'),
        ('ops.shard', 'shard_shard_check', 'CHECK ((shard >= 0))'),
        ('ops.simulation', 'simulation_days_check', 'CHECK ((days > 0))'),
        ('ops.simulation', 'simulation_epoch_check', 'CHECK ((epoch > 0))'),
        ('ops.simulation', 'simulation_only_one_check', 'CHECK (only_one)'),
        ('ops.simulation', 'simulation_pkey', 'PRIMARY KEY (only_one)'),
        (
            'ops.simulation', 'simulation_scale_check',
            'CHECK ((scale = ANY (ARRAY[''quick''::text, ''full''::text])))'
        ),
        ('ops.simulation', 'simulation_seed_check', 'CHECK ((seed >= (0)::numeric))'),
        (
            'ops.simulation', 'simulation_speed_check',
            'CHECK (((speed > (0)::double precision) AND (speed < ''Infinity''::double precision)))'
        ),
        (
            'ops.simulation', 'simulation_state_check',
            'CHECK ((state = ANY (ARRAY[''running''::text, ''paused''::text, ''resetting''::text])))'
        ),
        ('ops.simulation_service', 'simulation_service_pkey', 'PRIMARY KEY (service, instance)'),
        ('ops.storm', 'storm_accepted', 'CHECK (((ended_at IS NULL) OR (accepted_at IS NOT NULL)))'),
        ('ops.storm', 'storm_order', 'CHECK (((began_at <= accepted_at) AND (accepted_at <= ended_at)))'),
        ('ops.storm', 'storm_pkey', 'PRIMARY KEY (topic_id, partition, rule, kafka_offset)'),
        ('ops.storm', 'storm_refused_check', 'CHECK ((refused > 0))'),
        (
            'ops.storm', 'storm_topic_id_fkey',
            'FOREIGN KEY (topic_id) REFERENCES ops.kafka_topic(topic_id)'
        ),
        (
            'silver.adt_record', 'adt_record_pkey',
            'PRIMARY KEY (patient_pseudonym, event_id, content_hash)'
        ),
        ('silver.charges', 'charges_line_number_check', 'CHECK ((line_number > 0))'),
        (
            'silver.charges', 'charges_pkey',
            'PRIMARY KEY (patient_pseudonym, encounter_key, line_number, content_hash)'
        ),
        ('silver.diagnoses', 'diagnoses_line_number_check', 'CHECK ((line_number > 0))'),
        (
            'silver.diagnoses', 'diagnoses_pkey',
            'PRIMARY KEY (patient_pseudonym, encounter_key, line_number, content_hash)'
        ),
        (
            'silver.encounters', 'encounters_pkey',
            'PRIMARY KEY (patient_pseudonym, encounter_key, extract_date, content_hash)'
        ),
        ('silver.finding', 'finding_pkey', 'PRIMARY KEY (patient_pseudonym, rule, event_id)'),
        (
            'silver.hospital_patients', 'hospital_patients_pkey',
            'PRIMARY KEY (patient_pseudonym, content_hash)'
        ),
        ('silver.medications', 'medications_line_number_check', 'CHECK ((line_number > 0))'),
        (
            'silver.medications', 'medications_pkey',
            'PRIMARY KEY (patient_pseudonym, encounter_key, line_number, content_hash)'
        ),
        (
            'silver.patients', 'patients_content',
            'CHECK (((state = ''registered''::text) = (content_hash IS NOT NULL)))'
        ),
        (
            'silver.patients', 'patients_pkey',
            'PRIMARY KEY (hospital_code, patient_pseudonym, extract_date)'
        ),
        (
            'silver.patients', 'patients_state_check',
            'CHECK ((state = ANY (ARRAY[''registered''::text, ''absent''::text, ''unreadable''::text])))'
        ),
        ('silver.people', 'people_pkey', 'PRIMARY KEY (person_record_pseudonym, content_hash)'),
        ('silver.procedures', 'procedures_line_number_check', 'CHECK ((line_number > 0))'),
        (
            'silver.procedures', 'procedures_pkey',
            'PRIMARY KEY (patient_pseudonym, encounter_key, line_number, content_hash)'
        ),
        (
            'silver.department_statement', 'department_statement_origin',
            'CHECK ((((num_nonnulls(topic_id, partition, kafka_offset, recorded_at) = 4) AND (num_nonnulls(file_id, line) = 0) AND (effective_at > ''-infinity''::timestamp with time zone)) OR ((num_nonnulls(topic_id, partition, kafka_offset) = 0) AND (num_nonnulls(file_id, line, recorded_at) = 3) AND (effective_at > ''-infinity''::timestamp with time zone)) OR ((num_nonnulls(topic_id, partition, kafka_offset, file_id, line, recorded_at) = 0) AND (effective_at = ''-infinity''::timestamp with time zone))))'
        ),
        (
            'silver.department_statement', 'department_statement_pkey',
            'PRIMARY KEY (hospital_code, department_code, statement_id, content_hash)'
        ),
        ('silver.staff', 'staff_pkey', 'PRIMARY KEY (staff_pseudonym, extract_date, content_hash)'),
        (
            'silver.staff_statement', 'staff_statement_origin',
            'CHECK ((((num_nonnulls(topic_id, partition, kafka_offset) = 3) AND (num_nonnulls(file_id, line) = 0)) OR ((num_nonnulls(topic_id, partition, kafka_offset) = 0) AND (num_nonnulls(file_id, line) = 2))))'
        ),
        (
            'silver.staff_statement', 'staff_statement_pkey',
            'PRIMARY KEY (staff_pseudonym, statement_id, content_hash)'
        ),
        ('silver.ward', 'ward_beds_check', 'CHECK ((beds > 0))'),
        ('silver.ward', 'ward_pkey', 'PRIMARY KEY (hospital_code, department_code, ward)'),
        ('vault.encounter', 'encounter_pkey', 'PRIMARY KEY (encounter_key)'),
        ('vault.key', 'key_fingerprint_check', 'CHECK ((length(fingerprint) = 32))'),
        ('vault.key', 'key_only_one_check', 'CHECK (only_one)'),
        ('vault.key', 'key_pkey', 'PRIMARY KEY (only_one)'),
        ('vault.patient', 'patient_pkey', 'PRIMARY KEY (patient_pseudonym)'),
        ('vault.listed_staff', 'listed_staff_pkey', 'PRIMARY KEY (staff_pseudonym)'),
        ('vault.person', 'person_pkey', 'PRIMARY KEY (person_record_pseudonym)'),
        ('vault.registered_patient', 'registered_patient_pkey', 'PRIMARY KEY (patient_pseudonym)'),
        ('vault.registration', 'registration_pkey', 'PRIMARY KEY (patient_pseudonym)'),
        ('vault.staff', 'staff_pkey', 'PRIMARY KEY (staff_pseudonym)')
    ) as expected (table_name, name, definition)
),
constraint_in_force as (
    select
        format('%s.%s', namespace.nspname, class.relname) as table_name,
        guard.conname as name,
        pg_get_constraintdef(guard.oid) as definition
    from pg_constraint as guard
    join pg_class as class on class.oid = guard.conrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    left join pg_index as index on index.indexrelid = guard.conindid
    where guard.convalidated and (guard.contype = 'f' or coalesce(index.indisvalid and index.indisready, true))
),
expected_index as (
    select *
    from (
        values
        (
            'gold.dim_department', 'dim_department_one_current',
            'CREATE UNIQUE INDEX dim_department_one_current ON gold.dim_department USING btree (hospital_code, department_code) WHERE is_current'
        ),
        (
            'gold.dim_patient', 'dim_patient_one_current',
            'CREATE UNIQUE INDEX dim_patient_one_current ON gold.dim_patient USING btree (patient_pseudonym) WHERE is_current'
        ),
        (
            'ops.file_progress', 'file_progress_one_loading',
            'CREATE UNIQUE INDEX file_progress_one_loading ON ops.file_progress USING btree (hospital_code, kind) NULLS NOT DISTINCT WHERE (state = ''loading''::text)'
        ),
        (
            'ops.storm', 'storm_open',
            'CREATE UNIQUE INDEX storm_open ON ops.storm USING btree (topic_id, partition, rule) WHERE (ended_at IS NULL)'
        ),
        (
            'gold.dim_staff', 'dim_staff_one_current',
            'CREATE UNIQUE INDEX dim_staff_one_current ON gold.dim_staff USING btree (staff_pseudonym) WHERE is_current'
        ),
        (
            'silver.department_statement', 'department_statement_one_of_network',
            'CREATE UNIQUE INDEX department_statement_one_of_network ON silver.department_statement USING btree (hospital_code, department_code) WHERE (effective_at = ''-infinity''::timestamp with time zone)'
        )
    ) as expected (table_name, name, definition)
),
index_in_force as (
    select
        format('%s.%s', namespace.nspname, class.relname) as table_name,
        index_class.relname as name,
        pg_get_indexdef(index.indexrelid) as definition
    from pg_index as index
    join pg_class as index_class on index_class.oid = index.indexrelid
    join pg_class as class on class.oid = index.indrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where index.indisunique and index.indisvalid and index.indisready
),
-- Of a trigger the definition is its own and the fingerprint of its function's body.
expected_trigger as (
    select
        'gold.dim_patient' as table_name,
        'dim_patient_joined' as name,
        'CREATE TRIGGER dim_patient_joined AFTER INSERT ON gold.dim_patient REFERENCING NEW TABLE AS'
        || ' inserted FOR EACH STATEMENT EXECUTE FUNCTION gold.refuse_loose_patient_version()'
        || ' 6211c2321d3aade2864df3a1e1f62ccd' as definition
    union all
    select
        'gold.dim_staff',
        'dim_staff_joined',
        'CREATE TRIGGER dim_staff_joined AFTER INSERT ON gold.dim_staff REFERENCING NEW TABLE AS'
        || ' inserted FOR EACH STATEMENT EXECUTE FUNCTION gold.refuse_loose_staff_version()'
        || ' 6062045bd5fc12199246d168e0f88a4c'
),
trigger_in_force as (
    select
        format('%s.%s', namespace.nspname, class.relname) as table_name,
        guard.tgname as name,
        pg_get_triggerdef(guard.oid) || ' ' || md5(function.prosrc) as definition
    from pg_trigger as guard
    join pg_class as class on class.oid = guard.tgrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_proc as function on function.oid = guard.tgfoid
    where guard.tgenabled in ('O', 'A')
),
missing as (
    select 'constraint' as kind, table_name, name
    from (table expected_constraint except table constraint_in_force) as guard
    union all
    select 'unique index', table_name, name
    from (table expected_index except table index_in_force) as guard
    union all
    select 'trigger', table_name, name
    from (table expected_trigger except table trigger_in_force) as guard
)
select format('guard not in force as it was made: %s %s of %s', kind, name, table_name) as what
from missing
