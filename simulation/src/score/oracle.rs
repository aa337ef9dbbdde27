//! By what each class of fault can be found.

use database::report::DUPLICATE;
use generators::fault::Class;

/// By what a class can be found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Oracle {
    /// By any of these rules.
    Rules(&'static [&'static str]),
    /// By nothing, for this reason.
    Nothing(&'static str),
}

const ORDER: &str = "gold does not depend on the order of arrival";

/// By what a class can be found; `docs/faults.md` says why.
pub(super) fn oracle(class: Class) -> Oracle {
    Oracle::Rules(match class {
        Class::MissingAdmissionTime => &["ADT-014"],
        Class::InvalidAge => &["ADT-011", "ADT-013"],
        Class::AgeOver100 => &["ADT-021"],
        Class::FutureTimestamp => &["ADT-015"],
        Class::WrongTimeFormat => &["ADT-006"],
        Class::DischargeBeforeAdmission => &["ADT-016"],
        Class::DuplicateEventId => &[DUPLICATE],
        Class::ConflictingEventId => &["HIS-001"],
        Class::UnknownDepartment => &["HIS-002"],
        Class::BadIdCheckDigit => &["ADT-018"],
        Class::MissingPatient => &["ADT-008"],
        Class::TruncatedPayload | Class::UnknownSchemaId => &["ADT-001"],
        Class::OutOfOrder | Class::LateDelivery => return Oracle::Nothing(ORDER),
    })
}

#[cfg(test)]
mod tests {
    use domain::rule::{history, record};

    use super::*;

    #[test]
    fn every_rule_that_is_named_exists() {
        let codes: Vec<&str> = record::ALL
            .iter()
            .chain(history::ALL)
            .map(|it| it.code)
            .collect();
        for class in Class::ALL {
            if let Oracle::Rules(rules) = oracle(class) {
                assert!(
                    rules
                        .iter()
                        .all(|it| *it == DUPLICATE || codes.contains(it))
                );
            }
        }
    }
}
