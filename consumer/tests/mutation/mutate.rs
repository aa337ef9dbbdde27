//! Changes by chance.

use domain::event::AdtEvent;
use platform::codec::AdtEncoder;

use crate::random::Random;

/// Texts that went wrong somewhere before.
const WORDS: [&str; 28] = [
    "",
    " ",
    "\t",
    "\0",
    "\u{7}",
    "\u{fffd}",
    "\u{feff}",
    "\u{202e}",
    "\u{1f3e5}",
    "ǆ",
    "null",
    "NaN",
    "-1",
    "18446744073709551616",
    "0000-01-01T00:00:00Z",
    "1900-12-31T23:59:59Z",
    "1901-01-01T00:00:00+14:00",
    "2016-12-31T23:59:60Z",
    "2026-03-02T08:00:00+25:00",
    "2026-03-02 08:00:00",
    "2026-02-30",
    "2299-12-31T23:59:59.9999999-12:00",
    "9999-12-31T23:59:59Z",
    "+12026-03-02T08:00:00Z",
    "8001015009087",
    "00000000-0000-0000-0000-000000000000",
    "A03",
    "'); drop table gold.dim_patient; --",
];

/// What is changed, and from whom something may come into it.
pub(crate) struct Mutations<'a> {
    pub(crate) event: &'a AdtEvent,
    pub(crate) other: &'a AdtEvent,
    pub(crate) encoder: &'a AdtEncoder,
}

impl Mutations<'_> {
    /// The event's payload after some changes; and the event that it has to be read as, where no byte was changed.
    pub(crate) fn payload(&self, random: &mut Random) -> (Vec<u8>, Option<AdtEvent>) {
        let mut event = self.event.clone();
        if random.percent(70) {
            for _ in 0..=random.below(3) {
                self.change_field(&mut event, random);
            }
        }
        let mut payload = self.encoder.encode(&event).unwrap();
        if random.percent(60) {
            return (payload, Some(event));
        }
        for _ in 0..=random.below(4) {
            self.change_bytes(&mut payload, random);
        }
        (payload, None)
    }

    fn change_field(&self, event: &mut AdtEvent, random: &mut Random) {
        let mut other = self.other.clone();
        let number = random.below(texts(event).len());
        let change = random.below(6);
        if change == 5 {
            event.sequence =
                [None, Some(0), Some(-1), Some(i64::MAX), Some(i64::MIN)][random.below(5)];
            event.died = [None, Some(true), Some(false)][random.below(3)];
            return;
        }
        let (mut texts, mut others) = (texts(event), self::texts(&mut other));
        let text = &mut *texts[number];
        *text = match change {
            0 => None,
            1 => Some(WORDS[random.below(WORDS.len())].to_owned()),
            2 => others[number].take(),
            3 => {
                let from = random.below(others.len());
                others[from].take()
            }
            _ => text.take().map(|text| change_text(&text, random)),
        };
    }

    fn change_bytes(&self, payload: &mut Vec<u8>, random: &mut Random) {
        let from = random.below(payload.len() + 1);
        let to = (from + random.below(9)).min(payload.len());
        match random.below(7) {
            0 => payload.truncate(from),
            1 => drop(payload.drain(from..to)),
            2 => payload.extend_from_within(from..to),
            3 => {
                let other = self.encoder.encode(self.other).unwrap();
                let at = from.min(other.len());
                payload.truncate(at);
                payload.extend_from_slice(&other[at..]);
            }
            4 => payload.insert(from, random.next().to_le_bytes()[0]),
            5 => payload[from..to].fill(0xff),
            _ => {
                if let Some(byte) = payload.get_mut(from) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
        if payload.is_empty() {
            payload.push(0);
        }
    }
}

/// A character more, less or otherwise.
fn change_text(text: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len() + 1);
    match random.below(4) {
        0 => characters.truncate(at),
        1 => characters.insert(at, char::from(b' ' + random.next().to_le_bytes()[0] % 95)),
        2 => characters.rotate_left(at),
        _ => {
            if let Some(character) = characters.get_mut(at) {
                *character = char::from(b'0' + random.next().to_le_bytes()[0] % 10);
            }
        }
    }
    characters.into_iter().collect()
}

/// All texts of an event.
fn texts(event: &mut AdtEvent) -> Vec<&mut Option<String>> {
    let mut texts = vec![
        &mut event.event_id,
        &mut event.event_type,
        &mut event.occurred_at,
        &mut event.recorded_at,
        &mut event.admitted_at,
        &mut event.discharged_at,
        &mut event.source_system,
        &mut event.hospital_code,
        &mut event.patient_id,
        &mut event.encounter_id,
        &mut event.hospital_service,
        &mut event.attending_staff_id,
        &mut event.admission_type,
        &mut event.admission_source,
        &mut event.discharge_disposition,
        &mut event.sex,
        &mut event.citizenship,
        &mut event.home_language,
        &mut event.religion,
        &mut event.ethnicity,
        &mut event.marital_status,
        &mut event.medical_scheme,
        &mut event.municipality,
        &mut event.province,
    ];
    for location in [&mut event.location, &mut event.prior_location] {
        let location = location.get_or_insert_default();
        texts.extend([
            &mut location.department_code,
            &mut location.ward,
            &mut location.bed,
        ]);
    }
    let identity = event.identity.get_or_insert_default();
    texts.extend([
        &mut identity.id_number,
        &mut identity.first_name,
        &mut identity.last_name,
        &mut identity.date_of_birth,
        &mut identity.deceased_at,
        &mut identity.phone,
        &mut identity.email,
        &mut identity.street,
        &mut identity.suburb,
        &mut identity.postal_code,
    ]);
    texts
}
