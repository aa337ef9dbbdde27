//! Charts as SVG: a sheet with title and key, panels with axes, and bars, lines and areas in them.
//!
//! Light colours stand in attributes, so that any program shows them; a style sheet changes them where
//! the reader prefers dark ones. The same values give the same bytes.

mod axis;
mod canvas;
pub mod label;
pub mod markup;
mod panel;
mod svg;
#[cfg(test)]
mod tests;
mod tone;

pub use axis::Axis;
pub use canvas::{Area, Canvas, Mark};
pub use panel::{Anchor, Grid, Panel, Plot};
pub use svg::{STYLE, Svg};
pub use tone::Tone;
