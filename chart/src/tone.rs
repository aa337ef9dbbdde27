/// Colours that people with any kind of colour vision tell apart (Okabe and Ito, "Color Universal
/// Design", 2008), and the greys of text and lines. No meaning is in a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Lines.
    Blue,
    /// Bars.
    SkyBlue,
    /// Sky blue as an area, so that what is in front of it is seen.
    PaleBlue,
    /// Bars beside others.
    Orange,
    /// Limits.
    Vermillion,
    /// Text.
    Ink,
    /// What is less important than text.
    Grey,
    /// Lines behind everything else.
    Pale,
    /// What lies behind them.
    Paper,
}

impl Tone {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 9] = [
        Self::Blue,
        Self::SkyBlue,
        Self::PaleBlue,
        Self::Orange,
        Self::Vermillion,
        Self::Ink,
        Self::Grey,
        Self::Pale,
        Self::Paper,
    ];

    /// The name in the style sheet, and the colour on light paper.
    pub(crate) const fn name_and_color(self) -> (&'static str, &'static str) {
        match self {
            Self::Blue => ("blue", "#0072b2"),
            Self::SkyBlue => ("sky-blue", "#56b4e9"),
            Self::PaleBlue => ("pale-blue", "#d0e9f8"),
            Self::Orange => ("orange", "#e69f00"),
            Self::Vermillion => ("vermillion", "#d55e00"),
            Self::Ink => ("ink", "#222222"),
            Self::Grey => ("grey", "#5a5a5a"),
            Self::Pale => ("pale", "#dedede"),
            Self::Paper => ("paper", "#ffffff"),
        }
    }

    /// Attributes of what is filled.
    pub(crate) fn fill(self) -> String {
        let (name, color) = self.name_and_color();
        format!("class=\"fill-{name}\" fill=\"{color}\"")
    }

    /// Attributes of a line.
    pub(crate) fn stroke(self, width: f64) -> String {
        let (name, color) = self.name_and_color();
        format!(
            "class=\"line-{name}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\""
        )
    }
}
