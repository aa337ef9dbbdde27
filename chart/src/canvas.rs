use std::cell::RefCell;
use std::fmt::Write as _;

use crate::markup::escape;
use crate::panel::Anchor;
use crate::svg::Svg;
use crate::tone::Tone;

/// Width of a picture, in pixels.
const WIDTH: u32 = 900;

/// Sizes of text, in pixels.
pub(crate) const TITLE: f64 = 19.0;
pub(crate) const TEXT: f64 = 13.0;
pub(crate) const SMALL: f64 = 11.5;

/// Width of lines, in pixels.
pub(crate) const LINE: f64 = 2.0;

const MARGIN: f64 = 12.0;

/// The sheet on which a picture is drawn: title, key, and room for panels.
#[derive(Debug)]
pub struct Canvas<'c> {
    /// The title.
    pub title: &'c str,
    /// What is shown, of when.
    pub subtitle: &'c str,
    /// What is drawn how.
    pub key: &'c [(Mark, &'c str)],
    /// In pixels.
    pub height: u32,
}

/// How something is drawn.
#[derive(Debug, Clone, Copy)]
pub enum Mark {
    /// As a bar.
    Bar(Tone),
    /// As a line.
    Line(Tone),
    /// As a line with a point at each value.
    DottedLine(Tone),
}

/// A part of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Area<'s> {
    sheet: &'s RefCell<String>,
    /// Of its upper left corner.
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Canvas<'_> {
    /// The picture, with panels below title and key.
    pub fn draw(&self, panels: impl FnOnce(Area<'_>)) -> Svg {
        let sheet = RefCell::new(String::new());
        let whole = Area {
            sheet: &sheet,
            x: 0.0,
            y: 0.0,
            width: WIDTH.into(),
            height: self.height.into(),
        };
        let (width, height) = (WIDTH, self.height);
        let paper = Tone::Paper.fill();
        whole.put(&format!(
            "<rect {paper} width=\"{width}\" height=\"{height}\"/>"
        ));
        whole.text(
            self.title,
            (MARGIN, 25.0),
            (TITLE, true),
            Tone::Ink,
            Anchor::Begin,
        );
        whole.text(
            self.subtitle,
            (MARGIN, 46.0),
            (TEXT, false),
            Tone::Grey,
            Anchor::Begin,
        );
        self.draw_key(whole);
        let head = if self.key.is_empty() { 58.0 } else { 78.0 };
        panels(Area {
            x: MARGIN,
            y: head,
            width: whole.width - 2.0 * MARGIN,
            height: whole.height - head - MARGIN,
            ..whole
        });
        Svg {
            size: (width, height),
            title: self.title.to_owned(),
            subtitle: self.subtitle.to_owned(),
            content: sheet.into_inner(),
        }
    }

    fn draw_key(&self, area: Area<'_>) {
        const Y: f64 = 64.0;
        let mut x = MARGIN;
        for (mark, words) in self.key {
            match *mark {
                Mark::Bar(tone) => area.rectangle([(x, Y - 6.0), (x + 22.0, Y + 6.0)], tone, ""),
                Mark::Line(tone) | Mark::DottedLine(tone) => {
                    area.path(&[(x, Y), (x + 22.0, Y)], tone, LINE);
                }
            }
            if let Mark::DottedLine(tone) = *mark {
                area.dot((x + 11.0, Y), tone);
            }
            area.text(
                words,
                (x + 29.0, Y + 4.5),
                (TEXT, false),
                Tone::Ink,
                Anchor::Begin,
            );
            x += 29.0 + width(words, TEXT) + 20.0;
        }
    }
}

impl Area<'_> {
    /// Parts of one size, row by row.
    pub fn split_evenly(self, (rows, columns): (usize, usize)) -> Vec<Self> {
        let count = |parts: usize| u32::try_from(parts.max(1)).unwrap_or(1);
        let (rows, columns) = (count(rows), count(columns));
        let (width, height) = (
            self.width / f64::from(columns),
            self.height / f64::from(rows),
        );
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let part = |(row, column)| Self {
            x: self.x + width * f64::from(column),
            y: self.y + height * f64::from(row),
            width,
            height,
            ..self
        };
        places.map(part).collect()
    }

    /// Two parts above each other; the upper one has this share of the height.
    pub fn split_at(self, share: f64) -> (Self, Self) {
        let height = self.height * share;
        let above = Self { height, ..self };
        let below = Self {
            y: self.y + height,
            height: self.height - height,
            ..self
        };
        (above, below)
    }

    fn put(self, element: &str) {
        let mut sheet = self.sheet.borrow_mut();
        sheet.push_str(element);
        sheet.push('\n');
    }

    /// Words whose line of writing is at a point.
    pub(crate) fn text(
        self,
        words: &str,
        (x, y): (f64, f64),
        (size, is_bold): (f64, bool),
        tone: Tone,
        anchor: Anchor,
    ) {
        if words.is_empty() {
            return;
        }
        let weight = if is_bold { " font-weight=\"bold\"" } else { "" };
        let (fill, anchor, words) = (tone.fill(), anchor.as_str(), escape(words));
        self.put(&format!(
            "<text {fill} x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\"{anchor}{weight}>{words}</text>"
        ));
    }

    /// Words from below to above whose middle is at a point.
    pub(crate) fn text_upwards(self, words: &str, (x, y): (f64, f64), size: f64, tone: Tone) {
        if words.is_empty() {
            return;
        }
        let (fill, words) = (tone.fill(), escape(words));
        self.put(&format!(
            "<text {fill} transform=\"translate({x:.1} {y:.1}) rotate(-90)\" font-size=\"{size}\" \
             text-anchor=\"middle\">{words}</text>"
        ));
    }

    /// A rectangle between two corners, with words that are told where it is pointed at.
    pub(crate) fn rectangle(self, corners: [(f64, f64); 2], tone: Tone, told: &str) {
        let [(x1, y1), (x2, y2)] = corners;
        let (x, y) = (x1.min(x2), y1.min(y2));
        let (width, height) = ((x2 - x1).abs(), (y2 - y1).abs());
        let fill = tone.fill();
        let shape = format!(
            "<rect {fill} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\""
        );
        self.put(&if told.is_empty() {
            format!("{shape}/>")
        } else {
            let told = escape(told);
            format!("<g class=\"value\">{shape}><title>{told}</title></rect></g>")
        });
    }

    pub(crate) fn path(self, points: &[(f64, f64)], tone: Tone, width: f64) {
        let stroke = tone.stroke(width);
        let points = listed(points);
        self.put(&format!("<polyline {stroke} points=\"{points}\"/>"));
    }

    pub(crate) fn polygon(self, points: &[(f64, f64)], tone: Tone) {
        let fill = tone.fill();
        let points = listed(points);
        self.put(&format!("<polygon {fill} points=\"{points}\"/>"));
    }

    pub(crate) fn dot(self, (x, y): (f64, f64), tone: Tone) {
        let fill = tone.fill();
        self.put(&format!(
            "<circle {fill} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"
        ));
    }
}

fn listed(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    for (x, y) in points {
        // Writing to a string does not fail.
        let _ = write!(text, "{x:.1},{y:.1} ");
    }
    text.truncate(text.trim_end().len());
    text
}

/// How wide words are, more or less: which font there is, only the reader's machine knows.
fn width(words: &str, size: f64) -> f64 {
    let letters = u32::try_from(words.chars().count()).unwrap_or(0);
    f64::from(letters) * size * 0.54
}
