//! Events of a few patients as no source sends them: most fields are likely, so that many events are
//! usable and meet, and each may be anything. The tests of `database` load them.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use domain::event::{AdtEvent, Identity, Location};
use domain::id_number::IdNumber;
use proptest::prelude::*;

/// The hospitals that events may name beside unknown ones.
pub(crate) const HOSPITALS: [&str; 2] = ["ROSEBANK", "BIDMC"];

pub(super) type Text = BoxedStrategy<Option<String>>;

/// One of some texts; seldom missing, damaged, or anything.
pub(super) fn likely(texts: &'static [&'static str]) -> Text {
    prop_oneof![
        60 => prop::sample::select(texts).prop_map(|text| Some(text.to_owned())),
        6 => Just(None),
        2 => "\\PC{0,40}".prop_map(Some),
        1 => any::<String>().prop_map(Some),
        1 => prop::sample::select(&["", " \t", "a\0", "\u{fffd}", "\u{9f}b"][..])
            .prop_map(|text| Some(text.to_owned())),
    ]
    .boxed()
}

/// Nothing, or what any field may hold.
pub(super) fn free() -> Text {
    prop_oneof![5 => Just(None), 1 => likely(&["isiZulu", "private", "🏥 Süd", " x "])].boxed()
}

/// One of a few instants; seldom any of four centuries in any zone, in another form, or missing.
fn time() -> Text {
    let near = (0..12_i64).prop_map(|n| micros(1_772_409_600_000_000 + n * 1_800_000_000 + n % 2));
    let far = (-2_240_000_000_i64..10_500_000_000, -86_399..86_400_i32).prop_map(|(at, east)| {
        let at = DateTime::from_timestamp(at, 999_999_999).unwrap();
        let zone = FixedOffset::east_opt(east / 60 * 60).unwrap();
        Some(at.with_timezone(&zone).to_rfc3339())
    });
    prop_oneof![
        90 => near,
        6 => far,
        2 => Just(None),
        1 => likely(&["2016-12-31T23:59:60Z", "2026-03-02 10:00:00", "0000-01-01T00:00:00Z"]),
    ]
    .boxed()
}

fn micros(at: i64) -> Option<String> {
    let at = DateTime::from_timestamp_micros(at)?;
    Some(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// A time that is missing half of the time.
pub(super) fn administrative() -> Text {
    prop_oneof![Just(None), time()].boxed()
}

/// Any day of years -1 to 9999, most of them of the last 150 years.
fn day() -> BoxedStrategy<NaiveDate> {
    prop_oneof![9 => -34_000..21_000_i32, 1 => -719_800..2_932_896_i32]
        .prop_map(|day| NaiveDate::from_epoch_days(day).unwrap())
        .boxed()
}

/// A birth date and an ID number, most often of the same person.
pub(super) fn birth() -> BoxedStrategy<(Option<String>, Option<String>)> {
    (day(), day(), 0..10_000_u16, any::<bool>(), 0..20_u8)
        .prop_map(|(born_on, other, sequence, resident, case)| {
            let number = IdNumber::compose(born_on, sequence, resident);
            let number = number.as_str().to_owned();
            let wrong = format!("{}0", &number[..12]);
            let date = Some(born_on.to_string());
            match case {
                0..10 => (date, Some(number)),
                10..13 => (Some(other.to_string()), Some(number)),
                13 => (None, Some(number)),
                14 => (date, Some(wrong)),
                15 => (date, Some(number[1..].to_owned())),
                16 => (date.map(|date| date.replace('-', "/")), Some(number)),
                17 => (None, None),
                _ => (date, None),
            }
        })
        .boxed()
}

fn identity() -> BoxedStrategy<Option<Identity>> {
    let name = (free(), free());
    let contact = (free(), free());
    let address = (free(), free(), free());
    let identity = (birth(), administrative(), name, contact, address).prop_map(
        |((date_of_birth, id_number), deceased_at, name, contact, address)| Identity {
            id_number,
            first_name: name.0,
            last_name: name.1,
            date_of_birth,
            deceased_at,
            phone: contact.0,
            email: contact.1,
            street: address.0,
            suburb: address.1,
            postal_code: address.2,
        },
    );
    prop_oneof![1 => Just(None), 15 => identity.prop_map(Some)].boxed()
}

fn location() -> BoxedStrategy<Option<Location>> {
    let code = likely(&["ED", "MED", "NOWHERE"]);
    let location =
        (code, likely(&["W1", "W2"]), free()).prop_map(|(department_code, ward, bed)| Location {
            department_code,
            ward,
            bed,
        });
    prop_oneof![1 => Just(None), 8 => location.prop_map(Some)].boxed()
}

fn event_id() -> Text {
    prop_oneof![
        40 => any::<u128>().prop_map(|id| Some(uuid::Uuid::from_u128(id).to_string())),
        // The same event again, with whatever content.
        8 => (0..40_u128).prop_map(|id| Some(uuid::Uuid::from_u128(id).to_string())),
        1 => likely(&["7"]),
    ]
    .boxed()
}

fn sequence() -> BoxedStrategy<Option<i64>> {
    prop_oneof![2 => Just(None), 7 => (0..4_i64).prop_map(Some), 1 => any::<i64>().prop_map(Some)]
        .boxed()
}

/// Any event of a few patients of two hospitals.
pub(crate) fn event() -> BoxedStrategy<AdtEvent> {
    let key = (
        event_id(),
        likely(&["A01", "A02", "A02", "A03", "A08"]),
        likely(&HOSPITALS),
        likely(&["P1", "P2", "P3", "P4", "P5", "P6"]),
        likely(&["E1", "E2"]),
        sequence(),
    );
    let times = (time(), time(), administrative(), administrative());
    let place = (location(), location(), free(), free());
    let encounter = (free(), free(), free(), free(), any::<Option<bool>>());
    let person = (likely(&["F", "M", "U"]), identity(), free(), free(), free());
    let group = (free(), free(), free(), free(), free());
    (key, times, place, encounter, person, group)
        .prop_map(|(key, times, place, encounter, person, group)| AdtEvent {
            event_id: key.0,
            event_type: key.1,
            hospital_code: key.2,
            patient_id: key.3,
            encounter_id: key.4,
            sequence: key.5,
            occurred_at: times.0,
            recorded_at: times.1,
            admitted_at: times.2,
            discharged_at: times.3,
            location: place.0,
            prior_location: place.1,
            hospital_service: place.2,
            attending_staff_id: place.3,
            admission_type: encounter.0,
            admission_source: encounter.1,
            discharge_disposition: encounter.2,
            source_system: encounter.3,
            died: encounter.4,
            sex: person.0,
            identity: person.1,
            medical_scheme: person.2,
            municipality: person.3,
            province: person.4,
            citizenship: group.0,
            home_language: group.1,
            religion: group.2,
            ethnicity: group.3,
            marital_status: group.4,
        })
        .boxed()
}
