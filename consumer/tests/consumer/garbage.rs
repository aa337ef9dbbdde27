//! Records that cannot be used, each for a reason of its own.

use domain::event::{AdtEvent, Identity};

use crate::flow;
use crate::pipeline::{Pipeline, Sending};

/// Stands in values of identity that are refused; it may be in bronze alone.
pub(crate) const CANARY: &str = "Canary8001015009087";

/// A payload or event that is refused: the rule's code, the field and a part of the reason.
pub(crate) struct Garbage {
    pub(crate) sending: Sending,
    pub(crate) rule: &'static str,
    pub(crate) field: Option<&'static str>,
    pub(crate) reason: &'static str,
}

/// An event that names a canary wherever identity may stand.
pub(crate) fn event() -> AdtEvent {
    AdtEvent {
        identity: Some(Identity {
            id_number: Some(CANARY.to_owned()),
            last_name: Some(CANARY.to_owned()),
            ..Identity::default()
        }),
        ..flow::synthetic(1).swap_remove(0)
    }
}

/// A value under a key that names the canary.
pub(crate) fn keyed(payload: Option<Vec<u8>>) -> Sending {
    Sending {
        partition: None,
        key: Some(CANARY.as_bytes().to_vec()),
        payload,
    }
}

/// What spoils an event, with the rule that refuses it, the field and a part of the reason.
type Spoilt = (fn(&mut AdtEvent), &'static str, &'static str, &'static str);

const LACKING: [Spoilt; 8] = [
    (
        |event| event.event_id = None,
        "ADT-002",
        "event_id",
        "missing",
    ),
    (
        |event| event.event_type = None,
        "ADT-003",
        "event_type",
        "missing",
    ),
    (
        |event| event.occurred_at = None,
        "ADT-004",
        "occurred_at",
        "missing",
    ),
    (
        |event| event.recorded_at = Some(" ".into()),
        "ADT-005",
        "recorded_at",
        "missing",
    ),
    (
        |event| event.hospital_code = None,
        "ADT-007",
        "hospital_code",
        "missing",
    ),
    (
        |event| event.patient_id = None,
        "ADT-008",
        "patient_id",
        "missing",
    ),
    (
        |event| event.patient_id = Some("\t".into()),
        "ADT-008",
        "patient_id",
        "missing",
    ),
    (
        |event| event.encounter_id = None,
        "ADT-009",
        "encounter_id",
        "missing",
    ),
];

const WRONG: [Spoilt; 14] = [
    (
        |event| event.event_id = Some(CANARY.into()),
        "ADT-002",
        "event_id",
        "no UUID",
    ),
    (
        |event| event.event_type = Some("A40".into()),
        "ADT-003",
        "event_type",
        "A40",
    ),
    (
        |event| event.occurred_at = Some("10/23/64 21:09".into()),
        "ADT-006",
        "occurred_at",
        "RFC 3339",
    ),
    (
        |event| event.admitted_at = Some("2026-02-30T00:00:00Z".into()),
        "ADT-006",
        "admitted_at",
        "RFC 3339",
    ),
    (
        |event| identity(event).date_of_birth = Some(CANARY.into()),
        "ADT-006",
        "identity.date_of_birth",
        "YYYY-MM-DD",
    ),
    (
        |event| event.occurred_at = Some("2026-03-02T08:00:00+25:00".into()),
        "ADT-006",
        "occurred_at",
        "RFC 3339",
    ),
    (
        |event| event.recorded_at = Some("1772438400".into()),
        "ADT-006",
        "recorded_at",
        "RFC 3339",
    ),
    (
        |event| event.occurred_at = Some("0000-01-01T00:00:00Z".into()),
        "ADT-012",
        "occurred_at",
        "",
    ),
    (
        |event| event.occurred_at = Some("9999-12-31T23:59:59Z".into()),
        "ADT-012",
        "occurred_at",
        "",
    ),
    (
        |event| event.discharged_at = Some("+12026-03-02T08:00:00Z".into()),
        "ADT-006",
        "discharged_at",
        "RFC 3339",
    ),
    (
        |event| event.hospital_code = Some("MARS".into()),
        "ADT-007",
        "hospital_code",
        "4 characters",
    ),
    (
        |event| identity(event).first_name = Some(format!("{CANARY}\u{7}")),
        "ADT-010",
        "identity.first_name",
        "control character",
    ),
    (
        |event| event.patient_id = Some(format!("{CANARY}\0")),
        "ADT-010",
        "patient_id",
        "control character",
    ),
    (
        |event| identity(event).street = Some(format!("{CANARY}\u{fffd}")),
        "ADT-010",
        "identity.street",
        "replacement character",
    ),
];

pub(crate) fn identity(event: &mut AdtEvent) -> &mut Identity {
    event.identity.get_or_insert_default()
}

/// Events that a record rule refuses.
pub(crate) fn unusable(pipeline: &Pipeline) -> Vec<Garbage> {
    let spoilt = LACKING.into_iter().chain(WRONG);
    let garbage = spoilt.map(|(spoil, rule, field, reason)| {
        let mut event = event();
        spoil(&mut event);
        Garbage {
            sending: pipeline.sending(&event),
            rule,
            field: Some(field),
            reason,
        }
    });
    garbage.collect()
}
