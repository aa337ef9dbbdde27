use super::Refusal;
use crate::rule::record::CONTROL_CHARACTER;

/// The text of a field: white space around it goes, and empty text is missing.
pub(super) fn optional(
    field: &'static str,
    value: Option<&String>,
) -> Result<Option<String>, Refusal> {
    let Some(text) = value
        .map(|value| value.trim())
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    if text.chars().any(char::is_control) {
        let reason = format!("{} with a control character", shape(text));
        return Err(Refusal::of(&CONTROL_CHARACTER, field, reason));
    }
    Ok(Some(text.to_owned()))
}

/// The shape of a text, for messages about identity: how long it is and how much of it is digits.
pub(super) fn shape(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    format!(
        "{} characters, {digits} of them digits",
        text.chars().count()
    )
}

/// The beginning of a text that is not identity, quoted; its shape alone where it holds as many
/// digits in a row as a birth date, since a shifted column puts an identity number anywhere.
pub(super) fn shortened(text: &str) -> String {
    let has_long_number = text
        .as_bytes()
        .windows(6)
        .any(|run| run.iter().all(u8::is_ascii_digit));
    if has_long_number {
        return shape(text);
    }
    format!("{:?}", text.chars().take(40).collect::<String>())
}
