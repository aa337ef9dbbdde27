//! One panel of a picture: a heading, two axes, and what is drawn between them.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::prelude::{Cartesian2d, PathElement, Rectangle, SVGBackend, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, RGBColor};

use super::axis::Axis;
use super::canvas::{Area, DrawError, IntoBold as _, SMALL, TEXT, line, text};
use super::palette::{GREY, INK, PALE};

/// Room for labels, in drawn pixels.
const BELOW: u32 = 44;
const BELOW_WITH_TITLE: u32 = 82;
const HEADING: u32 = 86;
const HEADING_OF_NOTHING: u32 = 8;

type Chart<'a, 's> = ChartContext<'a, SVGBackend<'s>, Cartesian2d<Axis, Axis>>;

/// A panel without its content.
pub(super) struct Panel<'p> {
    /// What is shown, in bold; and a line on it.
    pub(super) heading: (&'p str, &'p str),
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// Room for the labels of the vertical axis, in drawn pixels.
    pub(super) left: u32,
}

/// A panel that is being drawn.
pub(super) struct Plot<'a, 's>(Chart<'a, 's>);

impl Panel<'_> {
    /// Draws heading and axes.
    pub(super) fn draw<'a, 's>(&self, area: &'a Area<'s>) -> Result<Plot<'a, 's>, DrawError> {
        let left = i32::try_from(self.left).unwrap_or(0);
        let (bold, plain) = self.heading;
        let style = text(TEXT, INK, (HPos::Left, VPos::Top)).into_bold();
        area.draw(&Text::new(bold, (left, 16), style))?;
        let style = text(SMALL, GREY, (HPos::Left, VPos::Top));
        area.draw(&Text::new(plain, (left, 50), style))?;
        let below = if self.x.title.is_empty() {
            BELOW
        } else {
            BELOW_WITH_TITLE
        };
        let heading = if bold.is_empty() {
            HEADING_OF_NOTHING
        } else {
            HEADING
        };
        let mut chart = ChartBuilder::on(area)
            .margin_top(heading)
            .margin_right(16)
            .x_label_area_size(below)
            .y_label_area_size(self.left)
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let small = text(SMALL, GREY, (HPos::Center, VPos::Top));
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(PALE)
            .light_line_style(plotters::style::TRANSPARENT)
            .axis_style(GREY)
            .label_style(small.clone())
            .axis_desc_style(small)
            .x_label_formatter(&|value| self.x.label(*value))
            .y_label_formatter(&|value| self.y.label(*value))
            .x_desc(self.x.title)
            .y_desc(self.y.title)
            .draw()?;
        Ok(Plot(chart))
    }
}

impl Plot<'_, '_> {
    /// A bar between two corners.
    pub(super) fn bar(
        &mut self,
        corners: [(f64, f64); 2],
        color: RGBColor,
    ) -> Result<(), DrawError> {
        let bar = Rectangle::new(corners, color.filled());
        self.0.draw_series([bar])?;
        Ok(())
    }

    /// A line through points.
    pub(super) fn line(
        &mut self,
        points: Vec<(f64, f64)>,
        color: RGBColor,
    ) -> Result<(), DrawError> {
        let line = PathElement::new(points, line(color));
        self.0.draw_series([line])?;
        Ok(())
    }

    /// A line through points, each of which is marked.
    pub(super) fn dotted_line(
        &mut self,
        points: Vec<(f64, f64)>,
        color: RGBColor,
    ) -> Result<(), DrawError> {
        let dot = |point: &(f64, f64)| plotters::prelude::Circle::new(*point, 6, color.filled());
        let dots: Vec<_> = points.iter().map(dot).collect();
        self.0.draw_series(dots)?;
        self.line(points, color)
    }

    /// The area between a line and the bottom.
    pub(super) fn area(&mut self, points: &[(f64, f64)], color: RGBColor) -> Result<(), DrawError> {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return Ok(());
        };
        let mut corners = points.to_vec();
        corners.extend([(last.0, 0.0), (first.0, 0.0)]);
        let area = plotters::prelude::Polygon::new(corners, color.filled());
        self.0.draw_series([area])?;
        Ok(())
    }

    /// Words at a point.
    pub(super) fn words(
        &mut self,
        words: &str,
        at: (f64, f64),
        anchor: HPos,
    ) -> Result<(), DrawError> {
        let style = text(TEXT, INK, (anchor, VPos::Center)).into_bold();
        let words = Text::new(words.to_owned(), at, style);
        self.0.draw_series([words])?;
        Ok(())
    }
}
