use super::Refusal;
use crate::rule::record::CONTROL_CHARACTER;
use crate::shape::shape;

/// The text of a field: white space around it goes, and empty text is missing.
pub(super) fn optional(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().any(char::is_control) {
        let reason = format!("{} with a control character", shape(text));
        return Err(Refusal::of(&CONTROL_CHARACTER, field, reason));
    }
    Ok(Some(text.to_owned()))
}
