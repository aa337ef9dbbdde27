//! Silver, the vault and the books made anew from bronze are what they were, and right where they were not.

mod command;
mod contents;
mod damage;
mod letters;
mod log;
mod meanwhile;
mod place;
mod refusal;
mod same;
