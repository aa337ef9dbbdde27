//! The report on the quality of the data.

mod contents;
mod markup;
mod page;
mod written;
