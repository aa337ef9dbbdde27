use crate::axis::Axis;
use crate::canvas::{Area, LINE, SMALL, TEXT};
use crate::tone::Tone;

/// Room for labels, in pixels.
const BELOW: f64 = 22.0;
const BELOW_WITH_TITLE: f64 = 41.0;
const HEADING: f64 = 43.0;
const HEADING_OF_NOTHING: f64 = 8.0;
const RIGHT: f64 = 12.0;

/// One panel of a picture: a heading, two axes, and what is drawn between them.
#[derive(Debug)]
pub struct Panel<'p> {
    /// What is shown, in bold; and a line on it.
    pub heading: (&'p str, &'p str),
    /// From left to right.
    pub x: Axis,
    /// From below to above.
    pub y: Axis,
    /// Room for the labels of the vertical axis, in pixels.
    pub left: u32,
    /// Which ticks have lines behind the content.
    pub grid: Grid,
}

/// Lines behind the content of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grid {
    /// At the ticks of the vertical axis.
    Horizontal,
    /// At the ticks of the horizontal axis.
    Vertical,
}

/// Which end of words is at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The begin.
    Begin,
    /// The middle.
    Middle,
    /// The end.
    End,
}

impl Anchor {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Begin => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

/// A panel that is being drawn.
#[derive(Debug)]
pub struct Plot<'p, 's> {
    area: Area<'s>,
    panel: &'p Panel<'p>,
    /// Of the room between the axes.
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Panel<'_> {
    /// Draws heading and axes.
    pub fn draw<'p, 's>(&'p self, area: Area<'s>) -> Plot<'p, 's> {
        let left = area.x + f64::from(self.left);
        let (bold, plain) = self.heading;
        area.text(
            bold,
            (left, area.y + 18.0),
            (TEXT, true),
            Tone::Ink,
            Anchor::Begin,
        );
        area.text(
            plain,
            (left, area.y + 34.0),
            (SMALL, false),
            Tone::Grey,
            Anchor::Begin,
        );
        let heading = if bold.is_empty() {
            HEADING_OF_NOTHING
        } else {
            HEADING
        };
        let below = if self.x.title.is_empty() {
            BELOW
        } else {
            BELOW_WITH_TITLE
        };
        let plot = Plot {
            area,
            panel: self,
            left,
            right: area.x + area.width - RIGHT,
            top: area.y + heading,
            bottom: area.y + area.height - below,
        };
        plot.draw_ticks();
        plot.draw_axes();
        plot
    }
}

impl Plot<'_, '_> {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (across, up) = (self.panel.x.part(x), self.panel.y.part(y));
        (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )
    }

    fn draw_ticks(&self) {
        let (start_x, start_y) = (self.panel.x.range.start, self.panel.y.range.start);
        for (value, label) in &self.panel.y.ticks {
            let (_, y) = self.at((start_x, *value));
            if self.panel.grid == Grid::Horizontal {
                self.area
                    .path(&[(self.left, y), (self.right, y)], Tone::Pale, 1.0);
            }
            let at = (self.left - 6.0, y + 4.0);
            self.area
                .text(label, at, (SMALL, false), Tone::Grey, Anchor::End);
        }
        for (value, label) in &self.panel.x.ticks {
            let (x, _) = self.at((*value, start_y));
            if self.panel.grid == Grid::Vertical {
                self.area
                    .path(&[(x, self.top), (x, self.bottom)], Tone::Pale, 1.0);
            }
            let at = (x, self.bottom + 16.0);
            self.area
                .text(label, at, (SMALL, false), Tone::Grey, Anchor::Middle);
        }
    }

    fn draw_axes(&self) {
        let corners = [
            (self.left, self.top),
            (self.left, self.bottom),
            (self.right, self.bottom),
        ];
        self.area.path(&corners, Tone::Grey, 1.0);
        let middle = f64::midpoint(self.left, self.right);
        let below = (middle, self.bottom + 34.0);
        let title = self.panel.x.title;
        self.area
            .text(title, below, (SMALL, false), Tone::Grey, Anchor::Middle);
        let beside = (self.area.x + 10.0, f64::midpoint(self.top, self.bottom));
        self.area
            .text_upwards(self.panel.y.title, beside, SMALL, Tone::Grey);
    }

    /// A bar between two corners; what it is worth is told where it is pointed at.
    pub fn bar(&self, [from, to]: [(f64, f64); 2], tone: Tone, told: &str) {
        self.area
            .rectangle([self.at(from), self.at(to)], tone, told);
    }

    /// A line through points.
    pub fn line(&self, points: &[(f64, f64)], tone: Tone) {
        let points: Vec<_> = points.iter().map(|point| self.at(*point)).collect();
        self.area.path(&points, tone, LINE);
    }

    /// A line through points, each of which is marked.
    pub fn dotted_line(&self, points: &[(f64, f64)], tone: Tone) {
        for point in points {
            self.area.dot(self.at(*point), tone);
        }
        self.line(points, tone);
    }

    /// The area between a line and the bottom.
    pub fn area(&self, points: &[(f64, f64)], tone: Tone) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        let corners = points
            .iter()
            .copied()
            .chain([(last.0, 0.0), (first.0, 0.0)]);
        let corners: Vec<_> = corners.map(|point| self.at(point)).collect();
        self.area.polygon(&corners, tone);
    }

    /// Words at a point.
    pub fn words(&self, words: &str, at: (f64, f64), anchor: Anchor) {
        let (x, y) = self.at(at);
        let gap = if anchor == Anchor::Begin { 6.0 } else { 0.0 };
        let at = (x + gap, y + 4.5);
        self.area.text(words, at, (TEXT, true), Tone::Ink, anchor);
    }
}
