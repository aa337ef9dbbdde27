//! What a fault changes in an event.

use chrono::NaiveDate;
use domain::event::{AdtEvent, Identity};

use super::{Class, birth, clock};
use crate::random::SplitMix64;

/// Where patients come from, as the model says it.
const SOURCES: [&str; 4] = ["Casualty", "Clinic", "Other hospital", "Referral"];

/// Gives an event a fault; tells the field, or nothing where the event does not have it.
///
/// `unknown_department` is a code that the network does not have.
pub(super) fn spoil(
    event: &mut AdtEvent,
    class: Class,
    unknown_department: impl FnOnce(&mut SplitMix64) -> String,
    random: &mut SplitMix64,
) -> Option<&'static str> {
    match class {
        Class::MissingAdmissionTime => {
            event.admitted_at.take()?;
            Some("admitted_at")
        }
        Class::InvalidAge => change_birth(event, birth::invalid, random),
        Class::AgeOver100 => change_birth(event, birth::over_100, random),
        Class::FutureTimestamp => {
            let recorded_at = clock::read(event.recorded_at.as_ref()?)?;
            event.occurred_at = Some(clock::after(recorded_at, random));
            Some("occurred_at")
        }
        Class::WrongTimeFormat => change_form(event, random),
        Class::DischargeBeforeAdmission => {
            let admitted_at = clock::read(event.admitted_at.as_ref()?)?;
            event.discharged_at = Some(clock::before(admitted_at, random));
            Some("discharged_at")
        }
        Class::ConflictingEventId => {
            let source = event.admission_source.as_deref();
            let others: Vec<&str> = SOURCES
                .into_iter()
                .filter(|other| Some(*other) != source)
                .collect();
            event.admission_source = Some(random.pick(&others).to_owned());
            Some("admission_source")
        }
        Class::UnknownDepartment => {
            let location = event.location.as_mut()?;
            location.department_code = Some(unknown_department(random));
            Some("location.department_code")
        }
        Class::BadIdCheckDigit => {
            let id_number = identity(event)?.id_number.as_mut()?;
            *id_number = with_other_last_digit(id_number, random)?;
            Some("identity.id_number")
        }
        Class::MissingPatient => {
            event.patient_id.take()?;
            Some("patient_id")
        }
        // What is wrong is not in the event.
        Class::DuplicateEventId => Some("event_id"),
        Class::OutOfOrder | Class::LateDelivery => Some("recorded_at"),
        Class::TruncatedPayload => Some("payload"),
        Class::UnknownSchemaId => Some("schema_id"),
    }
}

/// The number with another last digit.
pub(super) fn with_other_last_digit(number: &str, random: &mut SplitMix64) -> Option<String> {
    let (place, last) = number.char_indices().next_back()?;
    let digit = last.to_digit(10)?;
    let more = u32::try_from(random.between(1, 9)).ok()?;
    Some(format!("{}{}", &number[..place], (digit + more) % 10))
}

fn identity(event: &mut AdtEvent) -> Option<&mut Identity> {
    event.identity.as_mut()
}

/// Changes the birth date, by the day on which it happened. The ID number stays.
fn change_birth(
    event: &mut AdtEvent,
    change: fn(NaiveDate, NaiveDate, &mut SplitMix64) -> NaiveDate,
    random: &mut SplitMix64,
) -> Option<&'static str> {
    let day = clock::read(event.occurred_at.as_ref()?)?.date_naive();
    let text = identity(event)?.date_of_birth.as_mut()?;
    *text = change(text.parse().ok()?, day, random).to_string();
    Some("identity.date_of_birth")
}

/// Writes one of the event's times in another form.
fn change_form(event: &mut AdtEvent, random: &mut SplitMix64) -> Option<&'static str> {
    let mut times: Vec<(&'static str, &mut String)> = [
        ("occurred_at", &mut event.occurred_at),
        ("recorded_at", &mut event.recorded_at),
        ("admitted_at", &mut event.admitted_at),
        ("discharged_at", &mut event.discharged_at),
    ]
    .into_iter()
    .filter_map(|(name, time)| Some((name, time.as_mut()?)))
    .collect();
    if times.is_empty() {
        return None;
    }
    let (name, text) = times.swap_remove(random.place(times.len()));
    *text = clock::in_other_form(text, random)?;
    Some(name)
}
