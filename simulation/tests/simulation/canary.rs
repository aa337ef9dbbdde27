//! A patient whose identity stands nowhere else in the world, and records that carry it: good ones,
//! and ones that are refused in every way.

use domain::event::{AdtEvent, Identity, Location};
use domain::staff_event::{StaffEvent, StaffPerson};
use uuid::Uuid;

pub(super) const FIRST_NAME: &str = "Xolandiwe";
pub(super) const LAST_NAME: &str = "Vanquarzhuizen";
pub(super) const ID_NUMBER: &str = "8001015009087";
pub(super) const PATIENT_NUMBER: &str = "77120451";
pub(super) const ENCOUNTER_NUMBER: &str = "88230562";

/// What must not be found, each in the form in which it is sent or stored.
pub(super) const CANARIES: [&str; 14] = [
    FIRST_NAME,
    LAST_NAME,
    ID_NUMBER,
    // The same with a wrong check digit.
    "8001015009088",
    PATIENT_NUMBER,
    ENCOUNTER_NUMBER,
    "99340673",
    "+27 82 555 0173",
    "xo.van@canary.example",
    "17 Quagmire Crescent",
    "Zyxwick",
    BIRTH_DATE,
    "2026-03-04T05:06:07",
    "2026-03-04 05:06:07",
];

pub(super) const BIRTH_DATE: &str = "1980-01-01";

/// Good events: admitted, moved, updated, dead; and one that is told in two ways.
pub(super) fn good_events() -> Vec<AdtEvent> {
    let mut discharge = event(3, "A03", "2026-03-05T10:00:00+02:00");
    discharge.died = Some(true);
    identity(&mut discharge).deceased_at = Some("2026-03-04T05:06:07Z".to_owned());
    let mut other_number = event(4, "A08", "2026-03-03T10:00:00+02:00");
    identity(&mut other_number).id_number = Some("8001015009088".to_owned());
    let mut conflicting = event(1, "A01", "2026-03-02T10:00:00+02:00");
    identity(&mut conflicting).first_name = Some(format!("{FIRST_NAME} {LAST_NAME}"));
    vec![
        event(1, "A01", "2026-03-02T10:00:00+02:00"),
        event(2, "A02", "2026-03-03T10:00:00+02:00"),
        discharge,
        other_number,
        conflicting,
    ]
}

/// Events that rules refuse, with identity in and around what is refused.
pub(super) fn refused_events() -> Vec<AdtEvent> {
    let spoils: Vec<fn(&mut AdtEvent)> = vec![
        |event| identity(event).date_of_birth = Some(format!("{BIRTH_DATE} {LAST_NAME}")),
        |event| identity(event).date_of_birth = Some(ID_NUMBER.into()),
        |event| identity(event).deceased_at = Some(format!("{FIRST_NAME} {ID_NUMBER}")),
        |event| identity(event).id_number = Some(broken(ID_NUMBER)),
        |event| identity(event).first_name = Some(broken(FIRST_NAME)),
        |event| identity(event).last_name = Some(broken(LAST_NAME)),
        |event| identity(event).phone = Some(broken("+27 82 555 0173")),
        |event| identity(event).email = Some(broken("xo.van@canary.example")),
        |event| identity(event).street = Some(broken("17 Quagmire Crescent")),
        |event| identity(event).suburb = Some(broken("Zyxwick")),
        |event| identity(event).postal_code = Some(broken("Zyxwick")),
        |event| event.patient_id = Some(broken(PATIENT_NUMBER)),
        |event| event.encounter_id = Some(broken(ENCOUNTER_NUMBER)),
        |event| event.attending_staff_id = Some(broken("99340673")),
        |event| event.event_id = Some(format!("{LAST_NAME}-{ID_NUMBER}")),
        |event| event.event_id = None,
        |event| event.event_id = Some("xo.van@canary.example".into()),
        |event| event.event_type = Some("Z99".into()),
        |event| event.event_type = Some(LAST_NAME.into()),
        |event| event.occurred_at = None,
        |event| event.occurred_at = Some(BIRTH_DATE.into()),
        |event| event.recorded_at = Some("10/23/64 21:09".into()),
        |event| event.admitted_at = Some("+27 82 555 0173".into()),
        |event| event.hospital_code = Some("NOWHERE".into()),
        |event| event.hospital_code = Some("xo.van@canary.example".into()),
        |event| event.patient_id = None,
        |event| event.encounter_id = None,
    ];
    let numbers = 100..;
    let spoilt = numbers.zip(spoils).map(|(number, spoil)| {
        let mut event = event(number, "A01", "2026-03-02T10:00:00+02:00");
        spoil(&mut event);
        event
    });
    spoilt.collect()
}

/// A record as other programs may write it: key and value.
pub(super) type Raw = (Vec<u8>, Option<Vec<u8>>);

/// Values that are no events: no value, text, a strange or damaged frame, one that goes on, one that
/// is written with other types. `good` is the value of an event, `schema_id` its schema's.
pub(super) fn unreadable(good: &[u8], schema_id: u32, other_types_id: u32) -> Vec<Raw> {
    let text = format!("{FIRST_NAME} {LAST_NAME} {ID_NUMBER}").into_bytes();
    let framed = |id: u32, datum: &[u8]| platform::wire::frame(id, datum);
    let values = [
        None,
        Some(Vec::new()),
        Some(text.clone()),
        Some(framed(987_654, &text)),
        Some(framed(schema_id, &text)),
        Some(good[..good.len() / 2].to_vec()),
        Some([good, &text].concat()),
        Some(framed(other_types_id, &length_and(&text))),
    ];
    let key = format!("{LAST_NAME}:{PATIENT_NUMBER}").into_bytes();
    values
        .into_iter()
        .map(|value| (key.clone(), value))
        .collect()
}

/// A writer's schema in which the patient's number is bytes.
pub(super) const OTHER_TYPES: &str = r#"{"type": "record", "name": "AdtEvent",
    "namespace": "hospital.adt", "fields": [{"name": "patient_id", "type": "bytes"}]}"#;

/// Avro's form of short bytes.
fn length_and(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len() * 2).unwrap();
    assert!(length < 128);
    [&[length], bytes].concat()
}

/// Statements about a member of staff with the same identity: a good one first, and then those that
/// rules refuse.
pub(super) fn staff_events() -> Vec<StaffEvent> {
    let spoils: Vec<fn(&mut StaffEvent)> = vec![
        |_| {},
        |event| event.staff_id = Some(broken("99340673")),
        |event| event.assignment_id = Some(broken("99340673")),
        |event| event.replaces_staff_id = Some(broken("99340673")),
        |event| event.status = Some(format!("{FIRST_NAME} {LAST_NAME}")),
        |event| event.department_code = Some(broken(LAST_NAME)),
        |event| event.hospital_code = Some(LAST_NAME.into()),
        |event| event.hired_on = Some(format!("{BIRTH_DATE} {LAST_NAME}")),
        |event| event.ends_on = Some(format!("{BIRTH_DATE} {ID_NUMBER}")),
        |event| person(event).id_number = Some(broken(ID_NUMBER)),
        |event| person(event).first_name = Some(broken(FIRST_NAME)),
        |event| person(event).last_name = Some(broken(LAST_NAME)),
        |event| person(event).date_of_birth = Some(ID_NUMBER.into()),
        |event| person(event).registration_number = Some(broken(ID_NUMBER)),
    ];
    let spoilt = (1..).zip(spoils).map(|(number, spoil)| {
        let mut event = staff_event(number);
        spoil(&mut event);
        event
    });
    spoilt.collect()
}

fn staff_event(number: u128) -> StaffEvent {
    StaffEvent {
        event_id: Some(Uuid::from_u128(number).to_string()),
        effective_at: Some("2026-03-02T00:00:00+02:00".into()),
        recorded_at: Some("2026-03-02T00:00:00+02:00".into()),
        hospital_code: Some("ROSEBANK".into()),
        staff_id: Some("99340673".into()),
        assignment_id: Some("99340673".into()),
        status: Some("assigned".into()),
        department_code: Some("MED".into()),
        ends_on: Some(BIRTH_DATE.into()),
        replaces_staff_id: Some("99340673".into()),
        identity: Some(StaffPerson {
            id_number: Some(ID_NUMBER.into()),
            first_name: Some(FIRST_NAME.into()),
            last_name: Some(LAST_NAME.into()),
            date_of_birth: Some(BIRTH_DATE.into()),
            registration_number: Some(PATIENT_NUMBER.into()),
        }),
        ..StaffEvent::default()
    }
}

fn person(event: &mut StaffEvent) -> &mut StaffPerson {
    event.identity.as_mut().unwrap()
}

/// An event of the patient, in its encounter.
pub(super) fn event(number: u128, trigger: &str, at: &str) -> AdtEvent {
    AdtEvent {
        event_id: Some(Uuid::from_u128(number).to_string()),
        event_type: Some(trigger.into()),
        occurred_at: Some(at.into()),
        recorded_at: Some(at.into()),
        admitted_at: Some("2026-03-02T09:30:00+02:00".into()),
        hospital_code: Some("ROSEBANK".into()),
        patient_id: Some(PATIENT_NUMBER.into()),
        encounter_id: Some(ENCOUNTER_NUMBER.into()),
        attending_staff_id: Some("99340673".into()),
        location: Some(Location {
            department_code: Some("MED".into()),
            ward: Some("MED-1".into()),
            bed: Some("7".into()),
        }),
        sex: Some("F".into()),
        municipality: Some("City of Johannesburg".into()),
        identity: Some(Identity {
            id_number: Some(ID_NUMBER.into()),
            first_name: Some(FIRST_NAME.into()),
            last_name: Some(LAST_NAME.into()),
            date_of_birth: Some(BIRTH_DATE.into()),
            deceased_at: None,
            phone: Some("+27 82 555 0173".into()),
            email: Some("xo.van@canary.example".into()),
            street: Some("17 Quagmire Crescent".into()),
            suburb: Some("Zyxwick".into()),
            postal_code: Some("2196".into()),
        }),
        ..AdtEvent::default()
    }
}

pub(super) fn identity(event: &mut AdtEvent) -> &mut Identity {
    event.identity.as_mut().unwrap()
}

/// Text that PostgreSQL cannot store, with the value on both sides of what breaks it.
fn broken(text: &str) -> String {
    format!("{text}\0{text}")
}
