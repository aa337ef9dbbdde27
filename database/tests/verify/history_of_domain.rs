//! The sets of silver that `domain`'s own tests of the history draw.

#[path = "../../../domain/tests/history/arbitrary.rs"]
mod arbitrary;
#[path = "../../../domain/tests/history/builder.rs"]
mod builder;
#[path = "../../../domain/tests/history/silver.rs"]
mod silver;

pub(super) use arbitrary::{departments, silver};
pub(super) use silver::Silver;
