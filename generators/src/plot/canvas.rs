//! The sheet on which a picture is drawn: title, key, and room for panels.

use std::io;

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, DrawingAreaErrorKind, IntoDrawingArea, PathElement, Rectangle, SVGBackend,
    Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle, WHITE};

use super::palette::{GREY, INK};
use crate::float::float;

/// Pixels are drawn for each that is shown: the library knows whole ones alone, and lines through
/// them would have steps.
const FINENESS: u32 = 2;

/// Width of a picture as it is shown, in pixels.
const WIDTH: u32 = 900;

/// Sizes of text, in drawn pixels.
pub(super) const TITLE: u32 = 38;
pub(super) const TEXT: u32 = 26;
pub(super) const SMALL: u32 = 23;

/// Where the panels begin, in drawn pixels.
const HEAD: i32 = 156;
const MARGIN: i32 = 24;

/// The library divides sizes of text by it to have the same height with all of its backends.
const LIBRARY_TEXT: f64 = 1.24;

pub(super) type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// What the library says where it cannot draw.
pub type DrawError = DrawingAreaErrorKind<io::Error>;

/// A picture around its panels.
pub(super) struct Canvas<'c> {
    pub(super) title: &'c str,
    /// What is shown, of when.
    pub(super) subtitle: &'c str,
    pub(super) key: &'c [(Mark, &'c str)],
    /// As it is shown, in pixels.
    pub(super) height: u32,
}

/// How something is drawn.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Bar(RGBColor),
    Line(RGBColor),
    /// A line with a point at each value.
    DottedLine(RGBColor),
}

impl Canvas<'_> {
    /// The text of an SVG file.
    pub(super) fn draw(
        &self,
        panels: impl FnOnce(&Area<'_>) -> Result<(), DrawError>,
    ) -> Result<String, DrawError> {
        let mut svg = String::new();
        let size = (FINENESS * WIDTH, FINENESS * self.height);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.fill(&WHITE)?;
        let title = text(TITLE, INK, (HPos::Left, VPos::Top)).into_bold();
        area.draw(&Text::new(self.title, (MARGIN, 20), title))?;
        let subtitle = text(TEXT, GREY, (HPos::Left, VPos::Top));
        area.draw(&Text::new(self.subtitle, (MARGIN, 70), subtitle))?;
        self.draw_key(&area)?;
        panels(&area.margin(HEAD, MARGIN, MARGIN, MARGIN))?;
        area.present()?;
        drop(area);
        Ok(self.finished(&svg))
    }

    fn draw_key(&self, area: &Area<'_>) -> Result<(), DrawError> {
        const Y: i32 = 126;
        let mut x = MARGIN;
        for (mark, words) in self.key {
            match *mark {
                Mark::Bar(color) => {
                    let corners = [(x, Y - 12), (x + 44, Y + 12)];
                    area.draw(&Rectangle::new(corners, color.filled()))?;
                }
                Mark::Line(color) | Mark::DottedLine(color) => {
                    area.draw(&PathElement::new([(x, Y), (x + 44, Y)], line(color)))?;
                }
            }
            if let Mark::DottedLine(color) = *mark {
                area.draw(&Circle::new((x + 22, Y), 6, color.filled()))?;
            }
            let style = text(TEXT, INK, (HPos::Left, VPos::Center));
            area.draw(&Text::new(*words, (x + 58, Y), style))?;
            x += 58 + width(words, TEXT) + 40;
        }
        Ok(())
    }

    /// Says the size in which it is shown, and the title for those who do not see it.
    fn finished(&self, svg: &str) -> String {
        let (width, height) = (FINENESS * WIDTH, FINENESS * self.height);
        let drawn = format!("<svg width=\"{width}\" height=\"{height}\" ");
        let shown = format!(
            "<svg width=\"{WIDTH}\" height=\"{}\" role=\"img\" aria-label=\"{}\" ",
            self.height, self.title
        );
        svg.replacen(&drawn, &shown, 1)
    }
}

/// The style of a line.
pub(super) fn line(color: RGBColor) -> ShapeStyle {
    color.stroke_width(4)
}

/// The style of text of a size in drawn pixels, by where its point is.
pub(super) fn text(size: u32, color: RGBColor, (x, y): (HPos, VPos)) -> TextStyle<'static> {
    let font = ("sans-serif", float(size.into()) * LIBRARY_TEXT).into_font();
    font.color(&color).pos(Pos::new(x, y))
}

/// Text in bold.
pub(super) trait IntoBold {
    fn into_bold(self) -> Self;
}

impl IntoBold for TextStyle<'static> {
    fn into_bold(mut self) -> Self {
        self.font = self.font.style(FontStyle::Bold);
        self
    }
}

/// How wide words are, more or less: which font there is, only the reader's machine knows.
fn width(words: &str, size: u32) -> i32 {
    let letters = words.chars().count();
    i32::try_from(letters * size as usize * 54 / 100).unwrap_or(0)
}
