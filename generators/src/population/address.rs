//! Where somebody lives, to the door.

use super::residence::{Municipality, Suburb};
use crate::random::SplitMix64;

/// Invented streets, one a line.
const STREETS: &str = include_str!("../../data/population/streets.txt");

const HOUSE_NUMBER_MAX: i64 = 280;

/// An address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address<'p> {
    house_number: u16,
    street: &'static str,
    pub(crate) suburb: &'p Suburb,
}

impl<'p> Address<'p> {
    /// An address in a municipality.
    pub(crate) fn draw(municipality: &'p Municipality, random: &mut SplitMix64) -> Self {
        let streets = streets();
        Self {
            house_number: u16::try_from(random.between(1, HOUSE_NUMBER_MAX)).unwrap_or(1),
            street: streets[random.place(streets.len())],
            suburb: municipality.draw_suburb(random),
        }
    }

    /// House number and street.
    pub(crate) fn write_street(&self, out: &mut Vec<u8>) {
        crate::text::write_number(out, u64::from(self.house_number));
        out.push(b' ');
        out.extend_from_slice(self.street.as_bytes());
    }
}

fn streets() -> &'static [&'static str] {
    static STREET_LIST: std::sync::LazyLock<Vec<&'static str>> =
        std::sync::LazyLock::new(|| STREETS.lines().collect());
    &STREET_LIST
}
