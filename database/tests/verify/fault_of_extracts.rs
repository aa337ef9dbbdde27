//! Faults of what the hospitals' extracts told, and of what follows from it.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a deleted row of a line",
        "delete from silver.diagnoses where file_id = 11",
        "line-outcome",
        "lines without outcome: 1 of file 11",
    ),
    fault(
        "a line without any outcome in a file that is loaded now",
        "update ops.file_progress set state = 'loaded' where file_id = 10",
        "line-outcome",
        "lines without outcome: 4 of file 10",
    ),
    fault(
        "a line that is loaded and a duplicate",
        "insert into ops.line_duplicate values (4, 3)",
        "line-outcome",
        "line with several outcomes: line 3 of file 4 has 2",
    ),
    fault(
        "a line that is loaded twice while its file is being loaded",
        "insert into silver.charges select patient_pseudonym, encounter_key, 7, content_hash,
         hospital_code, extract_date, extracted_at, item_code, description, quantity,
         unit_price_cents, amount_cents, charged_at, repairs, file_id, line
         from silver.charges where file_id = 10",
        "line-outcome",
        "line with several outcomes: line 2 of file 10 has 2",
    ),
    fault(
        "an outcome beyond the end of its file",
        "insert into ops.line_duplicate values (7, 3)",
        "line-outcome",
        "line that is not there: file 7 has no line 3",
    ),
    fault(
        "an outcome of a file that is not there",
        "insert into ops.line_duplicate values (99, 2)",
        "line-outcome",
        "line that is not there: file 99 has no line 2",
    ),
    fault(
        "a row of a file of another kind",
        "update silver.medications set file_id = 9",
        "line-outcome",
        "row of no such file: line 2 of file 9 in silver.medications",
    ),
    fault(
        "a row of another day than its file",
        "update silver.encounters set extract_date = extract_date + 1 where file_id = 13",
        "line-outcome",
        "row of no such file: line 2 of file 13 in silver.encounters",
    ),
    fault(
        "a line of a snapshot that is registered and in quarantine",
        "update ops.quarantine set line = 2 where file_id = 1",
        "line-outcome",
        "line with several outcomes: line 2 of file 1 has 2",
    ),
    fault(
        "a file of which nobody knows how far it is loaded",
        "delete from ops.file_progress where file_id = 7",
        "line-outcome",
        "file without progress: nobody knows how far file 7 is loaded",
    ),
    fault(
        "a patient who was lost from a snapshot",
        "delete from silver.patients
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005'",
        "snapshot-lines",
        "HOSP on 2026-06-01 has 4 lines, but 1 patients are registered as of it, with 1 duplicates and 1 in quarantine",
    ),
    fault(
        "an absence that was lost",
        "delete from silver.patients
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005' and state <> 'registered'",
        "snapshot-lines",
        "HOSP on 2026-06-02 has 1 lines, but 2 patients are registered as of it",
    ),
    fault(
        "a quarantined line that was lost",
        "delete from ops.quarantine where file_id = 3",
        "snapshot-lines",
        "HOSP on 2026-06-03 has 1 lines, but 0 patients",
    ),
    fault(
        "a row that says what the row before it says",
        "update silver.patients set content_hash = 'd0000000-0000-4000-8000-0000000400a1'
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000004' and file_id = 2",
        "snapshot-form",
        "snapshot row of patient a0000000-0000-4000-8000-000000000004 of HOSP on 2026-06-02 says what",
    ),
    fault(
        "two absences in a row",
        "update bronze.file set withdraws = true where file_id = 3;
         update silver.patients set state = 'absent'
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005' and file_id = 3",
        "snapshot-form",
        "snapshot row of patient a0000000-0000-4000-8000-000000000005 of HOSP on 2026-06-03 says what",
    ),
    fault(
        "somebody who begins absent",
        "delete from silver.patients
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005' and state = 'registered'",
        "snapshot-form",
        "patient a0000000-0000-4000-8000-000000000005 of HOSP on 2026-06-02 begins with an absence",
    ),
    fault(
        "an absence in a file with a line that may be anybody's",
        "update silver.patients set state = 'absent'
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000004' and file_id = 3",
        "snapshot-form",
        "on 2026-06-03 is absent in a file that withdraws nobody",
    ),
    fault(
        "an absence by a line",
        "update silver.patients set line = 9 where state = 'absent';
         update bronze.file set lines = 8",
        "snapshot-form",
        "on 2026-06-02 is absent by a line",
    ),
    fault(
        "a line that the snapshot does not have",
        "update silver.patients set line = 6 where file_id = 12",
        "snapshot-form",
        "of OTHR on 2026-06-01 is of a line that its file does not have",
    ),
    fault(
        "a row of another hospital's snapshot",
        "update silver.patients set file_id = 1 where hospital_code = 'OTHR'",
        "snapshot-form",
        "of OTHR on 2026-06-01 is of no snapshot of that hospital and day",
    ),
    fault(
        "a row at another time than its snapshot",
        "update silver.patients set extracted_at = extracted_at + interval '1 second' where file_id = 12",
        "snapshot-form",
        "of OTHR on 2026-06-01 has another extracted_at than its file",
    ),
    fault(
        "a registered patient whom the vault does not know",
        "delete from vault.registered_patient where patient_id = '7'",
        "vault-patient",
        "a0000000-0000-4000-8000-000000000007 is in silver, but not in vault.registered_patient",
    ),
    fault(
        "a patient in the vault whom no extract names",
        "insert into vault.registered_patient (patient_pseudonym, hospital_code, patient_id)
         values ('a0000000-0000-4000-8000-000000000001', 'HOSP', '1')",
        "vault-patient",
        "a0000000-0000-4000-8000-000000000001 is in vault.registered_patient, but not in silver",
    ),
    fault(
        "an identity that is not the last registration's",
        "update vault.registered_patient set content_hash = 'd0000000-0000-4000-8000-0000000400a1'
         where patient_id = '4'",
        "vault-patient",
        "a0000000-0000-4000-8000-000000000004 is in vault.registered_patient, but not as last stated",
    ),
    fault(
        "an encounter of an extract that the vault does not know",
        "delete from vault.encounter where encounter_id = '70'",
        "vault-encounter",
        "encounter c0000000-0000-4000-8000-000000000010 is in silver, but not in the vault",
    ),
    fault(
        "a member of staff of an extract whom the vault does not know",
        "update silver.procedures set staff_pseudonym = 'f0000000-0000-4000-8000-000000000002'",
        "vault-staff",
        "member of staff f0000000-0000-4000-8000-000000000002 is in silver",
    ),
    fault(
        "a patient whom the extracts of two hospitals name",
        "update silver.diagnoses set hospital_code = 'OTHR' where file_id = 11",
        "silver-hospital",
        "patient a0000000-0000-4000-8000-000000000004 of two hospitals: HOSP and OTHR",
    ),
    fault(
        "a registration that gold does not show",
        "update gold.dim_patient set is_registered = null
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000006'",
        "patient-history",
        "wrong version: patient a0000000-0000-4000-8000-000000000006 from 2026-06-02 22:00:00+00 differs in is_registered",
    ),
    fault(
        "attributes that an absence takes away",
        "update gold.dim_patient set sex = null
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005' and not is_registered",
        "patient-history",
        "patient a0000000-0000-4000-8000-000000000005 from 2026-06-02 22:00:00+00 differs in sex",
    ),
    fault(
        "a version that a repeated snapshot cuts short",
        "update gold.dim_patient set valid_to = '2026-06-03 22:00:00+00', is_current = false
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000004' and is_current",
        "patient-history",
        "patient a0000000-0000-4000-8000-000000000004 from 2026-06-02 22:00:00+00 differs in valid_to, is_current",
    ),
    fault(
        "a fact that an extract tells and gold does not",
        "update gold.fact_admission set disposition = null
         where encounter_key = 'c0000000-0000-4000-8000-000000000007'",
        "admission-history",
        "wrong admission: encounter c0000000-0000-4000-8000-000000000007 differs in disposition",
    ),
    fault(
        "a lesser content of a day that counts",
        "update gold.fact_admission set admission_type = 'ELECTIVE'
         where encounter_key = 'c0000000-0000-4000-8000-000000000009'",
        "admission-history",
        "wrong admission: encounter c0000000-0000-4000-8000-000000000009 differs in admission_type",
    ),
    fault(
        "an encounter of extracts alone that is not there",
        "delete from gold.fact_admission where encounter_key = 'c0000000-0000-4000-8000-000000000010'",
        "admission-history",
        "missing admission: encounter c0000000-0000-4000-8000-000000000010",
    ),
    fault(
        "a stay that an extract ends and gold does not",
        "update silver.encounters set
         patient_pseudonym = 'a0000000-0000-4000-8000-000000000001',
         encounter_key = 'c0000000-0000-4000-8000-000000000002', last_location_left_at = '2026-03-11'
         where file_id = 4 and line = 4",
        "stay-history",
        "wrong stay: encounter c0000000-0000-4000-8000-000000000002 at 2026-03-10 06:00:00+00 differs in left_at",
    ),
    fault(
        "a finding of an extract that is not there",
        "delete from silver.finding where rule = 'HIS-011'",
        "finding-history",
        "missing finding: HIS-011 of event",
    ),
    fault(
        "an encounter of a patient whom nobody knows, and no finding",
        "delete from silver.finding where rule = 'HIS-012'",
        "finding-history",
        "missing finding: HIS-012 of event",
    ),
    fault(
        "a finding of a patient whose events are known",
        "update silver.encounters set patient_pseudonym = 'a0000000-0000-4000-8000-000000000001'
         where encounter_key = 'c0000000-0000-4000-8000-000000000010'",
        "finding-history",
        "finding too many: HIS-012 of event",
    ),
    fault(
        "an encounter of somebody whose only line cannot be read, and no finding",
        "update silver.encounters set patient_pseudonym = 'a0000000-0000-4000-8000-000000000006'
         where encounter_key = 'c0000000-0000-4000-8000-000000000010';
         delete from silver.patients
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000006' and state = 'absent'",
        "finding-history",
        "patient a0000000-0000-4000-8000-000000000006 follows from silver",
    ),
    fault(
        "a finding of somebody who is absent after an unreadable line",
        "update silver.encounters set patient_pseudonym = 'a0000000-0000-4000-8000-000000000006'
         where encounter_key = 'c0000000-0000-4000-8000-000000000010'",
        "finding-history",
        "finding too many: HIS-012 of event",
    ),
    fault(
        "a finding of a patient who is registered",
        "update silver.encounters set patient_pseudonym = 'a0000000-0000-4000-8000-000000000005'
         where encounter_key = 'c0000000-0000-4000-8000-000000000010'",
        "finding-history",
        "finding too many: HIS-012 of event",
    ),
    fault(
        "a patient without a version who has one",
        "update gold.fact_admission set patient_key = (
             select patient_key from gold.dim_patient
             where patient_pseudonym = 'a0000000-0000-4000-8000-000000000006'
         ) where encounter_key = 'c0000000-0000-4000-8000-000000000010'",
        "fact-patient",
        "encounter c0000000-0000-4000-8000-000000000010 at no time points to the version of another patient",
    ),
    fault(
        "the unknown member for a patient with a version",
        "update gold.fact_admission set patient_key = '3c76e6fc-917a-c24e-d9fd-3990d26bc670'
         where encounter_key = 'c0000000-0000-4000-8000-000000000009'",
        "fact-patient",
        "encounter c0000000-0000-4000-8000-000000000009 at 2026-06-01 10:05:00+00 points to the version of another patient",
    ),
    fault(
        "a diagnosis that is not the last one told",
        "update gold.fact_diagnosis set icd10 = 'A09' where icd10 = 'J18.9'",
        "diagnosis-history",
        "diagnosis 1 of encounter c0000000-0000-4000-8000-000000000009 does not say what the last",
    ),
    fault(
        "a diagnosis of the version before the extract",
        "update gold.fact_diagnosis set patient_key = (
             select patient_key from gold.dim_patient
             where patient_pseudonym = 'a0000000-0000-4000-8000-000000000004' and not is_current
         ) where icd10 = 'J18.9'",
        "diagnosis-history",
        "diagnosis 1 of encounter c0000000-0000-4000-8000-000000000009 points to the wrong version",
    ),
    fault(
        "a diagnosis of a patient without a version",
        "update gold.fact_diagnosis set patient_key = gen_random_uuid() where icd10 = 'I21.9'",
        "diagnosis-history",
        "diagnosis 1 of encounter c0000000-0000-4000-8000-000000000010 points to the wrong version",
    ),
    fault(
        "a procedure too many",
        "insert into gold.fact_procedure select encounter_key, 2, patient_key, patient_pseudonym,
         hospital_code, code, description, performed_at, staff_pseudonym from gold.fact_procedure",
        "procedure-history",
        "procedure 2 of encounter c0000000-0000-4000-8000-000000000009 does not follow from silver",
    ),
    fault(
        "a procedure at the begin of a version that points to the one before",
        "update gold.fact_procedure set patient_key = (
             select patient_key from gold.dim_patient
             where patient_pseudonym = 'a0000000-0000-4000-8000-000000000004' and not is_current
         )",
        "procedure-history",
        "procedure 1 of encounter c0000000-0000-4000-8000-000000000009 points to the wrong version",
    ),
    fault(
        "a medication of another patient",
        "update gold.fact_medication set patient_pseudonym = 'a0000000-0000-4000-8000-000000000001'",
        "medication-history",
        "medication 1 of encounter c0000000-0000-4000-8000-000000000009 is of another patient",
    ),
    fault(
        "a medication of another hospital",
        "update gold.fact_medication set hospital_code = 'OTHR'",
        "medication-history",
        "medication 1 of encounter c0000000-0000-4000-8000-000000000009 is of another hospital",
    ),
    fault(
        "a charge that is missing",
        "delete from gold.fact_charge where line_number = 3",
        "charge-history",
        "charge 3 of encounter c0000000-0000-4000-8000-000000000009 follows from silver, but is missing",
    ),
    fault(
        "a charge of a hospital that nobody knows",
        "update gold.fact_charge set hospital_code = 'NONE' where line_number = 3",
        "fact-hospital",
        "unknown hospital: charge of encounter c0000000-0000-4000-8000-000000000009 is of NONE",
    ),
    fault(
        "versions that differ in nothing but a lost registration",
        "update gold.dim_patient set is_registered = true
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000005'",
        "version-unchanged",
        "unchanged: patient a0000000-0000-4000-8000-000000000005 has a version from 2026-06-02 22:00:00+00",
    ),
    fault(
        "a guard of a fact that was dropped",
        "alter table gold.fact_charge drop constraint fact_charge_line_number_check",
        "guard-missing",
        "constraint fact_charge_line_number_check of gold.fact_charge",
    ),
    fault(
        "a guard of the coordinates that was dropped",
        "alter table ops.quarantine drop constraint quarantine_coordinates",
        "guard-missing",
        "constraint quarantine_coordinates of ops.quarantine",
    ),
    fault(
        "a view of the vault that was dropped",
        "drop view vault.patient_number",
        "relation-missing",
        "missing view: vault.patient_number",
    ),
];
