-- Days that say no more what the day before does not.
delete from silver.patients as stored
using unnest($1::silver.patients[]) as gone
where stored.hospital_code = gone.hospital_code
    and stored.patient_pseudonym = gone.patient_pseudonym
    and stored.extract_date = gone.extract_date
