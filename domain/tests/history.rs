//! The history of a patient: `domain::history` against the specification `docs/history.md`, by an
//! independent model, by every order of short histories, and by examples with literal values.

mod history {
    mod arbitrary;
    mod builder;
    mod encounter_examples;
    mod extract_examples;
    mod finding_examples;
    mod invariants;
    mod key_examples;
    mod model;
    mod permutations;
    mod properties;
    mod scenarios;
    mod sensitivity;
    mod silver;
    mod snapshot_examples;
    mod stay_examples;
    mod version_examples;
}
