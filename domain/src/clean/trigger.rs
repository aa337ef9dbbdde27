use super::Refusal;
use super::text;
use crate::record::Trigger;
use crate::rule::record::EVENT_TYPE;
use crate::shape::shape;

/// What happened.
pub(super) fn trigger(value: Option<&str>) -> Result<Trigger, Refusal> {
    let refuse = |reason: String| Refusal::of(&EVENT_TYPE, "event_type", reason);
    let code = text::optional("event_type", value)?.ok_or_else(|| refuse("is missing".into()))?;
    Trigger::parse(&code).ok_or_else(|| {
        // A code of HL7's form is nobody's name or number.
        let told = match code.as_bytes() {
            [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9'] => code,
            _ => shape(&code),
        };
        refuse(format!("{told} is not one of A01, A02, A03, A08"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_triggers_are_read() {
        for known in Trigger::ALL {
            assert_eq!(trigger(Some(known.code())), Ok(known));
        }
        let refused = |value| trigger(value).unwrap_err();
        assert_eq!(refused(None).rule.code, "ADT-003");
        assert_eq!(
            refused(Some("A05")).reason,
            "A05 is not one of A01, A02, A03, A08"
        );
        assert!(!refused(Some("Ndlovu")).reason.contains("Ndlovu"));
    }
}
