use super::Refusal;
use super::text;
use crate::event::{AdtEvent, Location};
use crate::record::Place;

/// Where the patient is.
pub(super) fn location(event: &AdtEvent) -> Result<Place, Refusal> {
    let fields = ["location.department_code", "location.ward", "location.bed"];
    place(event.location.as_ref(), fields)
}

/// Where the patient was before.
pub(super) fn prior_location(event: &AdtEvent) -> Result<Place, Refusal> {
    let fields = [
        "prior_location.department_code",
        "prior_location.ward",
        "prior_location.bed",
    ];
    place(event.prior_location.as_ref(), fields)
}

/// Reads a place; `fields` are the names of its department, ward and bed.
fn place(sent: Option<&Location>, fields: [&'static str; 3]) -> Result<Place, Refusal> {
    let Some(sent) = sent else {
        return Ok(Place::default());
    };
    let [department_code, ward, bed] = fields;
    Ok(Place {
        department_code: text::optional(department_code, sent.department_code.as_deref())?,
        ward: text::optional(ward, sent.ward.as_deref())?,
        bed: text::optional(bed, sent.bed.as_deref())?,
    })
}
