//! The whole platform in one command: private services, the main job end to end, a look around.

mod addresses;
mod check;
pub mod command;
mod control;
mod doctor;
mod epoch;
mod exec;
mod extracts;
mod faults;
mod hand_in;
mod holder;
mod hospitals;
mod reach;
mod report;
mod reset;
mod role_passwords;
mod run;
mod score;
mod serve;
mod services;
mod status;
mod summary;
mod supervisor;
mod trace;
mod view;
