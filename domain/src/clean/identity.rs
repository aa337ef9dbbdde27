use super::Refusal;
use super::{text, time};
use crate::event::Identity;
use crate::record::PatientIdentity;

/// Who the patient is, as the event states it: nothing of it is repaired here.
pub(super) fn identity(
    patient_id: String,
    sent: Option<&Identity>,
) -> Result<PatientIdentity, Refusal> {
    let nothing = Identity::default();
    let sent = sent.unwrap_or(&nothing);
    let date_of_birth = sent.date_of_birth.as_deref();
    Ok(PatientIdentity {
        patient_id,
        id_number: text::optional("identity.id_number", sent.id_number.as_deref())?,
        first_name: text::optional("identity.first_name", sent.first_name.as_deref())?,
        last_name: text::optional("identity.last_name", sent.last_name.as_deref())?,
        date_of_birth: time::date("identity.date_of_birth", date_of_birth)?,
        deceased_at: time::identity("identity.deceased_at", sent.deceased_at.as_deref())?,
        phone: text::optional("identity.phone", sent.phone.as_deref())?,
        email: text::optional("identity.email", sent.email.as_deref())?,
        street: text::optional("identity.street", sent.street.as_deref())?,
        suburb: text::optional("identity.suburb", sent.suburb.as_deref())?,
        postal_code: text::optional("identity.postal_code", sent.postal_code.as_deref())?,
    })
}
