//! Gold computed again from silver is what it was, and right where it was not.

mod bronze;
mod catalog;
mod command;
mod damage;
mod meanwhile;
mod place;
mod plan;
mod same;
