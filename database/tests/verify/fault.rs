//! Faults that verify must find: what is done to the warehouse, which check must turn red, and the
//! words that name it.

/// A fault.
pub(super) struct Fault {
    /// What is done, in words.
    pub(super) name: &'static str,
    /// How.
    pub(super) sql: &'static str,
    /// The check that must find it; others may too.
    pub(super) check: &'static str,
    /// What one of its descriptions must say.
    pub(super) words: &'static str,
}

pub(super) const fn fault(
    name: &'static str,
    sql: &'static str,
    check: &'static str,
    words: &'static str,
) -> Fault {
    Fault {
        name,
        sql,
        check,
        words,
    }
}

/// Every fault, each planted alone.
pub(super) fn all() -> impl Iterator<Item = &'static Fault> {
    super::fault_of_rows::FAULTS
        .iter()
        .chain(super::fault_of_versions::FAULTS)
        .chain(super::fault_of_census::FAULTS)
        .chain(super::fault_of_schema::FAULTS)
        .chain(super::fault_of_extracts::FAULTS)
        .chain(super::fault_of_erasure::FAULTS)
        .chain(super::fault_of_people::FAULTS)
        .chain(super::fault_of_network::FAULTS)
}
