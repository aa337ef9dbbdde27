//! Numbers under which professions are registered.

use std::fmt;

use super::role::Role;
use crate::permutation::Permutation;
use crate::random::{Purpose, mix};
use crate::text::write_digits;

/// A number in a profession's register. `Debug` does not show it: it is identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RegistrationNumber {
    role: Role,
    number: u32,
}

impl RegistrationNumber {
    /// Appends it in the form of the council: HPCSA `MP` or `PT` and seven digits, SANC eight digits,
    /// SAPC `P` and five digits.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let number = u64::from(self.number);
        match self.role {
            Role::Doctor => out.extend_from_slice(b"MP"),
            Role::Physiotherapist => out.extend_from_slice(b"PT"),
            Role::Pharmacist => out.push(b'P'),
            _ => {}
        }
        match self.role {
            Role::Doctor | Role::Physiotherapist => write_digits::<7>(out, number),
            Role::Nurse => write_digits::<8>(out, number),
            Role::Pharmacist => write_digits::<5>(out, number),
            Role::Clerk | Role::Porter => {}
        }
    }
}

impl fmt::Debug for RegistrationNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RegistrationNumber({})", self.role.as_str())
    }
}

/// The register of a profession, which gives each of its numbers once.
#[derive(Debug)]
pub(super) struct Register {
    role: Role,
    /// Registers count up. These begin high, where, as far as is known, nobody has a number yet; five
    /// digits leave no room for that.
    first: u32,
    order: Permutation,
    length: u64,
    given: u64,
}

impl Register {
    pub(super) fn new(seed: u64, role: Role) -> Self {
        let (first, length) = match role {
            Role::Doctor | Role::Physiotherapist => (9_000_000, 1_000_000),
            Role::Nurse => (90_000_000, 10_000_000),
            Role::Pharmacist => (0, 100_000),
            // Not registered: counted, and never written.
            Role::Clerk | Role::Porter => (0, u64::from(u32::MAX)),
        };
        let seed = mix(seed ^ role as u64);
        Self {
            role,
            first,
            order: Permutation::new(seed, Purpose::StaffRegistration, length),
            length,
            given: 0,
        }
    }

    /// The next number; `None` when all are given.
    pub(super) fn next(&mut self) -> Option<RegistrationNumber> {
        if self.given == self.length {
            return None;
        }
        let number = u32::try_from(self.order.at(self.given)).ok()?;
        self.given += 1;
        Some(RegistrationNumber {
            role: self.role,
            number: self.first + number,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_register_gives_each_of_its_numbers_once() {
        let mut register = Register::new(42, Role::Pharmacist);
        let numbers: HashSet<_> = std::iter::from_fn(|| register.next()).collect();
        assert_eq!(numbers.len(), 100_000);
        assert!(numbers.iter().all(|it| it.number < 100_000));
    }

    #[test]
    fn numbers_have_the_form_of_their_council() {
        let first = |role| {
            let mut out = Vec::new();
            Register::new(42, role).next().unwrap().write(&mut out);
            let text = String::from_utf8(out).unwrap();
            text.replace(|it: char| it.is_ascii_digit(), "0")
        };
        assert_eq!(
            Role::ALL.map(first),
            ["MP0000000", "00000000", "PT0000000", "P00000", "", ""]
        );
    }

    #[test]
    fn debug_shows_no_number() {
        let number = Register::new(42, Role::Doctor).next().unwrap();
        assert_eq!(format!("{number:?}"), "RegistrationNumber(doctor)");
    }
}
