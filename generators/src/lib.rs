//! Synthetic people, staff, patients and hospital events: the same seed, start, scale and network
//! give the same bytes on any machine, with any number of threads.

pub mod assignment_file;
pub mod command;
pub mod dataset;
pub mod departments_file;
pub mod ehr;
pub mod fault;
pub mod flow;
pub mod incident;
pub mod output;
pub mod patients_file;
pub mod people_file;
pub mod plot;
pub mod population;
pub mod registry;
pub mod scale;
pub mod scenario;
pub mod staff;
pub mod staff_file;
pub mod trial;
pub mod truth_file;

mod calendar;
mod distribution;
mod float;
mod manifest;
mod parallel;
mod permutation;
mod random;
mod text;
mod weighted;
