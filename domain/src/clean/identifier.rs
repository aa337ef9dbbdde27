use uuid::Uuid;

use super::Refusal;
use super::text;
use crate::record::Trigger;
use crate::rule::record as rule;
use crate::shape::shape;

/// The event's own id.
pub(super) fn event_id(value: Option<&str>) -> Result<Uuid, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::EVENT_ID, "event_id", reason);
    let text = text::optional("event_id", value)?.ok_or_else(|| refuse("is missing".into()))?;
    Uuid::try_parse(&text).map_err(|_| refuse(format!("{} is no UUID", shape(&text))))
}

/// The hospital's own number of the patient.
pub(super) fn patient_id(value: Option<&str>) -> Result<String, Refusal> {
    text::optional("patient_id", value)?
        .ok_or_else(|| Refusal::of(&rule::PATIENT_ID, "patient_id", "is missing"))
}

/// The encounter's number, without which an update alone can be.
pub(super) fn encounter_id(
    trigger: Trigger,
    value: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let encounter_id = text::optional("encounter_id", value)?;
    if encounter_id.is_none() && trigger != Trigger::Update {
        let rule = &rule::ENCOUNTER_ID;
        return Err(Refusal::of(rule, "encounter_id", "is missing"));
    }
    Ok(encounter_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_is_a_uuid() {
        let code = |value| event_id(value).unwrap_err().rule.code;
        assert_eq!(code(None), "ADT-002");
        assert_eq!(code(Some(" ")), "ADT-002");
        assert_eq!(code(Some("7")), "ADT-002");
        assert!(event_id(Some("0198a1b2-0000-7000-8000-000000000001")).is_ok());
    }

    #[test]
    fn a_patient_has_a_number() {
        assert_eq!(patient_id(None).unwrap_err().rule.code, "ADT-008");
        assert_eq!(patient_id(Some("\t")).unwrap_err().rule.code, "ADT-008");
        assert_eq!(patient_id(Some(" 7 ")).unwrap(), "7");
    }

    #[test]
    fn only_an_update_needs_no_encounter() {
        for trigger in Trigger::ALL {
            assert_eq!(encounter_id(trigger, Some("7")), Ok(Some("7".to_owned())));
            let missing = encounter_id(trigger, None);
            if trigger == Trigger::Update {
                assert_eq!(missing, Ok(None));
            } else {
                assert_eq!(missing.unwrap_err().rule.code, "ADT-009");
            }
        }
    }
}
