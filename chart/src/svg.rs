use crate::markup::escape;

/// The style of charts where the reader prefers a dark page. Files of pictures have it inside; a page
/// that shows charts needs it once.
pub const STYLE: &str = include_str!("style.css");

/// A picture.
#[derive(Debug, Clone)]
pub struct Svg {
    pub(crate) size: (u32, u32),
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) content: String,
}

impl Svg {
    /// The text of a file.
    pub fn to_file(&self) -> String {
        let style = format!("<style>\n{STYLE}</style>\n");
        self.text("xmlns=\"http://www.w3.org/2000/svg\" ", &style)
    }

    /// The same as a part of a page that has [`STYLE`].
    pub fn to_inline(&self) -> String {
        self.text("", "")
    }

    fn text(&self, namespace: &str, style: &str) -> String {
        let (width, height) = self.size;
        let (title, subtitle) = (escape(&self.title), escape(&self.subtitle));
        let content = &self.content;
        format!(
            "<svg {namespace}class=\"chart\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{subtitle}</desc>\n{style}{content}</svg>\n"
        )
    }
}
