//! Colours that people with any kind of colour vision tell apart (Okabe and Ito, "Color Universal
//! Design", 2008), and the greys of text and lines. No meaning is in a colour alone.

use plotters::style::RGBColor;

pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(super) const SKY_BLUE: RGBColor = RGBColor(86, 180, 233);
/// Sky blue as an area, so that what is in front of it is seen.
pub(super) const PALE_BLUE: RGBColor = RGBColor(208, 233, 248);
pub(super) const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub(super) const VERMILLION: RGBColor = RGBColor(213, 94, 0);

/// Text.
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
/// What is less important than text.
pub(super) const GREY: RGBColor = RGBColor(90, 90, 90);
/// Lines behind everything else.
pub(super) const PALE: RGBColor = RGBColor(222, 222, 222);
