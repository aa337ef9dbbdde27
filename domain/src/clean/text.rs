use super::Refusal;
use crate::rule::record::DAMAGED_TEXT;
use crate::shape::shape;

/// The text of a field: white space around it goes, and empty text is missing.
pub(super) fn optional(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<String>, Refusal> {
    Ok(borrowed(field, value)?.map(str::to_owned))
}

/// The same, where it is only looked at.
pub(super) fn borrowed<'v>(
    field: &'static str,
    value: Option<&'v str>,
) -> Result<Option<&'v str>, Refusal> {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if let Some(damage) = damage(text) {
        let reason = format!("{} with a {damage}", shape(text));
        return Err(Refusal::of(&DAMAGED_TEXT, field, reason));
    }
    Ok(Some(text))
}

/// What no source means to send: control characters, C0 and C1, among them NUL; and U+FFFD, which
/// decoders put where bytes were no text.
fn damage(text: &str) -> Option<&'static str> {
    // Nearly all text is of these.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    if text.chars().any(char::is_control) {
        return Some("control character");
    }
    text.contains(char::REPLACEMENT_CHARACTER)
        .then_some("replacement character (U+FFFD)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_text_goes_and_nothing_else() {
        let read = |value| optional("sex", value).unwrap();
        assert_eq!(read(None), None);
        assert_eq!(read(Some(" \t\u{a0}\u{2028}\n")), None);
        assert_eq!(
            read(Some("\tMünchen  Süd\r\n")).as_deref(),
            Some("München  Süd")
        );
    }

    #[test]
    fn damaged_text_is_refused_and_told_by_its_shape() {
        for damaged in '\0'..=' ' {
            let text = format!("Ndl{damaged}ovu");
            assert_eq!(optional("sex", Some(&text)).is_ok(), damaged == ' ');
        }
        for damaged in ['\u{7f}', '\u{80}', '\u{85}', '\u{9f}', '\u{fffd}'] {
            let refusal = optional("sex", Some(&format!("Ndl{damaged}ovu"))).unwrap_err();
            assert_eq!(refusal.rule.code, "ADT-010", "{damaged:?}");
            assert!(!refusal.to_string().contains("Ndl"));
        }
        // The nearest that are text.
        for whole in [
            '~',
            '\u{a0}',
            '\u{fffc}',
            '\u{fffe}',
            '\u{10ffff}',
            'Ã',
            '?',
        ] {
            let text = format!("Ndl{whole}ovu");
            assert_eq!(optional("sex", Some(&text)), Ok(Some(text)));
        }
    }
}
