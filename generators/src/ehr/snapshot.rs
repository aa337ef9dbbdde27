//! `patients.csv`: what a hospital knows of its patients.

use crate::registry::Patient;
use crate::text::write_date;

/// The file's name.
pub(super) const NAME: &str = "patients.csv";

pub(super) const HEADER: &str = "patient_id,id_number,first_name,last_name,sex,date_of_birth,citizenship,home_language,\
     marital_status,phone,email,street,suburb,municipality,province,postal_code,medical_scheme,blood_type,\
     next_of_kin_phone,chronic_conditions,registered_on,updated_on\n";

/// Appends the line of a patient.
pub(super) fn write(patient: &Patient<'_>, out: &mut Vec<u8>) {
    let person = patient.person();
    patient.write_id(out);
    out.push(b',');
    person.write_who(out);
    for text in [
        person.citizenship(),
        person.home_language,
        patient.marital_status,
    ] {
        out.push(b',');
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b',');
    patient.phone.write(out);
    out.push(b',');
    person.write_email(out);
    out.push(b',');
    patient.address.write_street(out);
    out.push(b',');
    patient.address.suburb.csv.write(out);
    for text in [patient.medical_scheme, patient.blood_type] {
        out.push(b',');
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b',');
    patient.next_of_kin_phone.write(out);
    out.push(b',');
    patient.write_conditions(out);
    out.push(b',');
    write_date(out, patient.registered_on);
    out.push(b',');
    write_date(out, patient.updated_on());
    out.push(b'\n');
}
