//! Whom bytes name that are no usable record: a payload that is cut off, a line whose quote nobody
//! closes. Of patients who are to be forgotten such bytes are not kept either.

use std::collections::HashSet;

use uuid::Uuid;

use super::Cleaner;
use crate::erased::Erased;
use crate::pseudonym::PseudonymKey;

/// Longer words are no hospital's number of a patient.
const WORD_BYTES_MAX: usize = 64;

impl Cleaner {
    /// Which erased patient a Kafka record names by its key, or by a word of its key or value that is
    /// the patient's number or another that is known of the patient: under the hospitals that it
    /// names, or under any where it names none.
    pub fn mentioned(
        &self,
        erased: &Erased,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
    ) -> Option<Uuid> {
        if erased.is_empty() {
            return None;
        }
        let parts = || key.into_iter().chain(value);
        let words: HashSet<&str> = parts().flat_map(words).collect();
        let hospitals = || self.time_zones.keys().map(String::as_str);
        let named: Vec<&str> = hospitals().filter(|code| words.contains(code)).collect();
        let hospitals: Vec<&str> = if named.is_empty() {
            hospitals().collect()
        } else {
            named
        };
        // A number that is not a word stands whole in the key.
        let number = key.and_then(|key| std::str::from_utf8(key).ok()?.split_once(':'));
        let mut words = words.into_iter().chain(number.map(|(_, it)| it));
        words.find_map(|word| {
            let mut hospitals = hospitals.iter();
            hospitals.find_map(|code| named_by(word, (&self.key, code), erased))
        })
    }
}

impl Cleaner {
    /// Which erased patient of a hospital bytes name, by a word.
    pub fn mentioned_at(&self, hospital_code: &str, erased: &Erased, bytes: &[u8]) -> Option<Uuid> {
        mentioned_in(bytes, (&self.key, hospital_code), erased)
    }
}

/// Which erased patient of a hospital bytes name, by a word.
pub(super) fn mentioned_in(
    bytes: &[u8],
    of_hospital: (&PseudonymKey, &str),
    erased: &Erased,
) -> Option<Uuid> {
    if erased.is_empty() {
        return None;
    }
    let words: HashSet<&str> = words(bytes).collect();
    let mut words = words.into_iter();
    words.find_map(|word| named_by(word, of_hospital, erased))
}

fn named_by(
    word: &str,
    (key, hospital_code): (&PseudonymKey, &str),
    erased: &Erased,
) -> Option<Uuid> {
    let by_number = erased.named_by(key.patient(hospital_code, word));
    by_number.or_else(|| erased.named_by(key.erased_word(hospital_code, word)))
}

/// Runs of letters, digits, hyphens, underscores and points.
fn words(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let runs = bytes.split(move |byte| !is_of_word(byte));
    let words = runs.filter(|run| (1..=WORD_BYTES_MAX).contains(&run.len()));
    words.filter_map(|word| std::str::from_utf8(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::TimeZone;

    fn cleaner() -> Cleaner {
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let zone = TimeZone::parse("Africa/Johannesburg").unwrap();
        let hospitals = ["ALEX", "ROSEBANK"].map(|code| (code.to_owned(), zone));
        Cleaner::new(key, hospitals)
    }

    fn erased(hospital_code: &str, patient_id: &str) -> Erased {
        let key = cleaner().key;
        let patient = key.patient(hospital_code, patient_id);
        let word = key.erased_word(hospital_code, "88230562");
        Erased::new([patient], [(word, patient)])
    }

    fn is_named(key: &[u8], value: &[u8]) -> bool {
        let patients = erased("ROSEBANK", "77120451");
        let found = cleaner().mentioned(&patients, Some(key), Some(value));
        assert!(found.is_none_or(|it| patients.has(it)));
        found.is_some()
    }

    #[test]
    fn a_record_names_a_patient_by_its_key_or_by_a_word_of_its_value() {
        assert!(is_named(b"ROSEBANK:77120451", b"\0\0\0"));
        assert!(is_named(b"", b"\x02\x10ROSEBANK\x02\x1077120451\x02\x0c"));
        // Where no hospital is named it may be any.
        assert!(is_named(b"", b"{\"patient\": \"77120451\""));
        assert!(!is_named(b"ALEX:77120451", b"\0\0\0"));
        assert!(!is_named(b"ROSEBANK:771204510", b"177120451"));
        // By the number of an encounter, where the patient's is missing.
        assert!(is_named(b"", b"\x02\x10ROSEBANK\0\x02\x1088230562\0"));
        assert!(!is_named(b"", b"\x02\x08ALEX\0\x02\x1088230562\0"));
        assert_eq!(
            cleaner().mentioned(&Erased::default(), Some(b"x"), None),
            None
        );
    }

    #[test]
    fn a_number_that_is_no_word_is_known_by_the_key() {
        let patients = erased("ROSEBANK", "7 7/ü");
        let key = "ROSEBANK:7 7/ü".as_bytes();
        assert!(cleaner().mentioned(&patients, Some(key), None).is_some());
    }

    #[test]
    fn a_line_names_a_patient_of_its_hospital_by_a_word() {
        let (key, patients) = (cleaner().key, erased("ROSEBANK", "77120451"));
        let in_line = |line: &[u8], code| mentioned_in(line, (&key, code), &patients);
        assert!(in_line(b"x,\"77120451,\xff", "ROSEBANK").is_some());
        assert!(in_line(b"x,\"77120451,\xff", "ALEX").is_none());
        assert!(in_line(b"x,7712045", "ROSEBANK").is_none());
    }
}
