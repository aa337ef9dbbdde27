//! Pseudonyms: the names under which silver and gold know a person.
//!
//! A pseudonym is the UUID of the first 16 bytes of HMAC-SHA-256 (FIPS 198-1) under a secret key
//! over a purpose and the parts of an identity, each led by its length. Without the key it cannot
//! be turned back, nor made for a guessed number; the same key gives the same pseudonym always, so
//! that records of one person join.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::digest::first_uuid;

/// The fewest bytes of a key: the strength of SHA-256 is not used by a shorter one.
pub const KEY_BYTES_MIN: usize = 32;

/// The secret key of all pseudonyms. It is never printed.
#[derive(Clone)]
pub struct PseudonymKey {
    keyed: Hmac<Sha256>,
    fingerprint: [u8; 32],
}

impl std::fmt::Debug for PseudonymKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PseudonymKey(secret)")
    }
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Too short to be secret.
    #[error(
        "the pseudonym key has {0} bytes, at least {KEY_BYTES_MIN} are needed; \
         make one with `openssl rand -hex 32`"
    )]
    TooShort(usize),
}

impl PseudonymKey {
    /// A key from its secret bytes, at least [`KEY_BYTES_MIN`] of them.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < KEY_BYTES_MIN {
            return Err(KeyError::TooShort(secret.len()));
        }
        let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(secret)
            .map_err(|_| KeyError::TooShort(secret.len()))?;
        let mut hasher = Sha256::new();
        hasher.update(b"wardflow pseudonym key fingerprint");
        hasher.update(secret);
        Ok(Self {
            keyed,
            fingerprint: hasher.finalize().into(),
        })
    }

    /// What identifies the key without telling it: SHA-256 of a fixed text and the key.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The pseudonym of a patient: one hospital's own patient number.
    pub fn patient(&self, hospital_code: &str, patient_id: &str) -> Uuid {
        self.derive("patient", &[hospital_code, patient_id])
    }

    /// The key of an encounter. The patient belongs to it, so that one encounter number under two
    /// patients is two encounters.
    pub fn encounter(&self, hospital_code: &str, patient_id: &str, encounter_id: &str) -> Uuid {
        self.derive("encounter", &[hospital_code, patient_id, encounter_id])
    }

    /// The pseudonym of a person across hospitals, by a valid identity number.
    pub fn person(&self, id_number: &crate::id_number::IdNumber) -> Uuid {
        self.derive("person", &[id_number.as_str()])
    }

    /// The pseudonym of a word that names a patient of a hospital who is erased: an encounter's number,
    /// or an identity number.
    pub fn erased_word(&self, hospital_code: &str, word: &str) -> Uuid {
        self.derive("erased_word", &[hospital_code, word])
    }

    /// The pseudonym of a person's record, by its number in `people.csv`: also of somebody whose identity
    /// number is not valid.
    pub fn person_record(&self, person_id: &str) -> Uuid {
        self.derive("person_record", &[person_id])
    }

    /// The pseudonym of a member of staff.
    pub fn staff(&self, staff_id: &str) -> Uuid {
        self.derive("staff", &[staff_id])
    }

    /// The hash of parts for a purpose, with room for so many bytes of them.
    pub(crate) fn mac(&self, purpose: &str, bytes: usize) -> PartsMac {
        let mut mac = PartsMac {
            mac: self.keyed.clone(),
            parts: Vec::with_capacity(bytes),
        };
        mac.part(purpose.as_bytes());
        mac
    }

    fn derive(&self, purpose: &str, parts: &[&str]) -> Uuid {
        let mut mac = self.mac(purpose, IDENTITY_BYTES_TYPICAL);
        for part in parts {
            mac.part(part.as_bytes());
        }
        mac.finish()
    }
}

/// In place of a short part's length: it follows in eight bytes.
const LONG: u8 = 0xff;

/// Bytes of the parts of a typical identity, so that they are collected without growing.
const IDENTITY_BYTES_TYPICAL: usize = 128;

/// An HMAC over parts, each led by its length, so that parts cannot run into each other.
///
/// The parts are collected first: the hash takes whole blocks more quickly than pieces of them.
pub(crate) struct PartsMac {
    mac: Hmac<Sha256>,
    parts: Vec<u8>,
}

impl PartsMac {
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        self.parts
            .extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.parts.extend_from_slice(bytes);
    }

    /// A part with a type: the same bytes of another type are another part.
    pub(crate) fn tagged_part(&mut self, tag: u8, bytes: &[u8]) {
        self.parts
            .extend_from_slice(&(bytes.len() as u64 + 1).to_be_bytes());
        self.parts.push(tag);
        self.parts.extend_from_slice(bytes);
    }

    /// A part led by what it is and its length, in few bytes: for what is hashed by the million.
    pub(crate) fn short_part(&mut self, tag: [u8; 2], bytes: &[u8]) {
        self.parts.extend_from_slice(&tag);
        match u8::try_from(bytes.len()) {
            Ok(length) if length < LONG => self.parts.push(length),
            _ => {
                self.parts.push(LONG);
                self.parts
                    .extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            }
        }
        self.parts.extend_from_slice(bytes);
    }

    pub(crate) fn finish(mut self) -> Uuid {
        self.mac.update(&self.parts);
        first_uuid(&self.mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PseudonymKey {
        PseudonymKey::new(b"0123456789abcdef0123456789abcdef").unwrap()
    }

    #[test]
    fn the_same_identity_has_one_pseudonym_under_one_key() {
        assert_eq!(
            key().patient("BIDMC", "10006"),
            key().patient("BIDMC", "10006")
        );
        let other = PseudonymKey::new(b"another key of thirty-two bytes!").unwrap();
        assert_ne!(
            key().patient("BIDMC", "10006"),
            other.patient("BIDMC", "10006")
        );
        assert_ne!(key().fingerprint(), other.fingerprint());
    }

    #[test]
    fn purposes_and_parts_do_not_mix() {
        assert_ne!(key().patient("A", "BC"), key().patient("AB", "C"));
        assert_ne!(key().patient("A", "B"), key().encounter("A", "B", ""));
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_printed() {
        assert!(matches!(
            PseudonymKey::new(b"short"),
            Err(KeyError::TooShort(5))
        ));
        assert_eq!(format!("{:?}", key()), "PseudonymKey(secret)");
    }
}
