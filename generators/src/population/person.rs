//! A person, and the row that tells of one.

use chrono::NaiveDate;
use domain::age::full_years;

use super::address::Address;
use super::births::Birth;
use super::language::Name;
use crate::random::SplitMix64;
use crate::text::{write_digits, write_number};

/// A person.
///
/// `Debug` shows nothing but the row: the rest is identity.
#[derive(Clone, Copy)]
pub struct Person<'p> {
    /// The row in `people.csv`, from 0.
    pub(super) row: u64,
    /// Which municipality the person lives in.
    pub(super) home: usize,
    pub(super) birth: Birth,
    pub(super) is_permanent_resident: bool,
    pub(crate) home_language: &'p str,
    pub(super) first_name: &'p Name,
    pub(super) last_name: &'p Name,
    pub(crate) address: Address<'p>,
    pub(super) contact: Contact,
}

/// How somebody is reached.
#[derive(Clone, Copy)]
pub(crate) struct Contact {
    phone: Phone,
    email: Option<EmailBox>,
}

/// A telephone number by its last seven digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phone(u32);

/// What an e-mail address has beside the names.
#[derive(Debug, Clone, Copy)]
struct EmailBox {
    number: u16,
    domain: &'static str,
}

/// Domains that no mail reaches (RFC 2606).
const DOMAINS: [&str; 4] = [
    "mail.example",
    "post.example",
    "web.example",
    "work.example",
];

impl Phone {
    pub(crate) fn draw(random: &mut SplitMix64) -> Self {
        Self(u32::try_from(random.below(10_000_000)).unwrap_or(0))
    }

    /// No South African number begins with 0 behind the country's code: nobody can be called.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"+2700");
        write_digits::<7>(out, u64::from(self.0));
    }
}

impl Contact {
    /// Fewer of the young and of the old have an e-mail address; the shares are assumptions.
    pub(super) fn draw(on: NaiveDate, birth: &Birth, random: &mut SplitMix64) -> Self {
        let with_email_percent = match full_years(birth.born_on, on) {
            ..12 => 0.0,
            12..18 => 40.0,
            18..65 => 75.0,
            _ => 35.0,
        };
        Self {
            phone: Phone::draw(random),
            email: random.percent(with_email_percent).then(|| EmailBox {
                number: u16::try_from(random.between(1, 999)).unwrap_or(1),
                domain: random.pick(&DOMAINS),
            }),
        }
    }
}

impl Person<'_> {
    /// The row of `people.csv`, from 0.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The municipality, by its place in the table.
    pub(crate) fn municipality(&self) -> usize {
        self.home
    }

    /// The number in files, from 1.
    pub fn id(&self) -> u64 {
        self.row + 1
    }

    /// Birth date.
    pub fn born_on(&self) -> NaiveDate {
        self.birth.born_on
    }

    /// Whether the sex is female.
    pub fn is_female(&self) -> bool {
        self.birth.is_female
    }

    /// Full years on a day.
    pub fn age_years(&self, on: NaiveDate) -> i32 {
        full_years(self.birth.born_on, on)
    }

    /// The identity number's thirteen digits.
    pub fn id_number(&self) -> [u8; 13] {
        self.birth.id_number(self.is_permanent_resident)
    }

    /// Header of `people.csv`.
    pub const HEADER: &'static str = "person_id,id_number,first_name,last_name,sex,date_of_birth,citizenship,home_language,\
         phone,email,street,suburb,municipality,province,postal_code\n";

    /// The line of `people.csv`.
    pub fn write_csv(&self, out: &mut Vec<u8>) {
        write_number(out, self.id());
        out.push(b',');
        self.write_who(out);
        out.push(b',');
        out.extend_from_slice(self.citizenship().as_bytes());
        out.push(b',');
        out.extend_from_slice(self.home_language.as_bytes());
        out.push(b',');
        self.contact.phone.write(out);
        out.push(b',');
        self.write_email(out);
        out.push(b',');
        self.address.write_street(out);
        out.push(b',');
        self.address.suburb.csv.write(out);
        out.push(b'\n');
    }

    /// `id_number,first_name,last_name,sex,date_of_birth`.
    pub(crate) fn write_who(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.id_number());
        out.push(b',');
        self.first_name.text.write(out);
        out.push(b',');
        self.last_name.text.write(out);
        out.extend_from_slice(if self.is_female() { b",F," } else { b",M," });
        out.extend_from_slice(&self.birth.born_on_text);
    }

    pub(crate) fn phone(&self) -> Phone {
        self.contact.phone
    }

    /// First name and last name.
    pub(crate) fn names(&self) -> (&str, &str) {
        (self.first_name.text.as_str(), self.last_name.text.as_str())
    }

    /// `South African` or `Permanent resident`.
    pub(crate) fn citizenship(&self) -> &'static str {
        if self.is_permanent_resident {
            "Permanent resident"
        } else {
            "South African"
        }
    }

    pub(crate) fn write_email(&self, out: &mut Vec<u8>) {
        let Some(email) = self.contact.email else {
            return;
        };
        self.first_name.letters.write(out);
        out.push(b'.');
        self.last_name.letters.write(out);
        write_number(out, u64::from(email.number));
        out.push(b'@');
        out.extend_from_slice(email.domain.as_bytes());
    }
}

impl std::fmt::Debug for Person<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Person(row {})", self.row)
    }
}

/// Shows nothing: it is identity.
impl std::fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Contact(secret)")
    }
}

/// Shows nothing: it is identity.
impl std::fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Phone(secret)")
    }
}
