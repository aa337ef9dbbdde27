//! Where somebody lives, to the door.

use std::sync::LazyLock;

use super::residence::{Municipality, Suburb};
use crate::random::SplitMix64;
use crate::text::Text;

/// Invented streets, one a line.
const STREETS: &str = include_str!("../../data/population/streets.txt");

const HOUSE_NUMBER_MAX: i64 = 280;

/// The streets, for writing.
type Street = Text<31>;

/// An address.
#[derive(Clone, Copy)]
pub(crate) struct Address<'p> {
    house_number: u16,
    street: &'static Street,
    pub(crate) suburb: &'p Suburb,
}

impl<'p> Address<'p> {
    /// An address in a municipality.
    pub(crate) fn draw(municipality: &'p Municipality, random: &mut SplitMix64) -> Self {
        let streets = streets();
        Self {
            house_number: u16::try_from(random.between(1, HOUSE_NUMBER_MAX)).unwrap_or(1),
            street: &streets[random.place(streets.len())],
            suburb: municipality.draw_suburb(random),
        }
    }

    /// House number and street.
    pub(crate) fn write_street(&self, out: &mut Vec<u8>) {
        crate::text::write_number(out, u64::from(self.house_number));
        out.push(b' ');
        self.street.write(out);
    }
}

fn streets() -> &'static [Street] {
    // One that is too long would be missing, which a test would notice.
    static STREET_LIST: LazyLock<Vec<Street>> =
        LazyLock::new(|| STREETS.lines().filter_map(Street::new).collect());
    &STREET_LIST
}

/// Shows nothing: it is identity.
impl std::fmt::Debug for Address<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Address(secret)")
    }
}
