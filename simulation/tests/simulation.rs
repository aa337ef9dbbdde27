//! The platform from end to end: a real extract against an oracle of its own, identity that must not
//! get out, and the command as a user meets it.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

mod simulation {
    mod campaign;
    mod canary;
    mod command;
    mod control;
    mod crash;
    mod doctor;
    mod erasure;
    mod exposure;
    mod foreign_home;
    mod hand_in;
    mod home;
    mod identity;
    mod interruption;
    mod keeping;
    mod killed;
    mod network_files;
    mod nine_days;
    mod oracle;
    mod process;
    mod random;
    mod real_extract;
    mod refusal;
    mod replayed;
    mod rerun;
    mod reset;
    mod score;
    mod separate;
    mod small_extract;
    mod standing;
    mod trace;
    mod training;
    mod view;
    mod warehouse;
}
