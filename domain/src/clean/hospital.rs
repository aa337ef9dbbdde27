use std::collections::HashMap;

use super::Refusal;
use super::text;
use crate::network::TimeZone;
use crate::rule::record::HOSPITAL;
use crate::shape::shape;

/// A hospital of the network, with its time zone.
pub(super) fn hospital(
    value: Option<&str>,
    time_zones: &HashMap<String, TimeZone>,
) -> Result<(String, TimeZone), Refusal> {
    let refuse = |reason: String| Refusal::of(&HOSPITAL, "hospital_code", reason);
    let code =
        text::optional("hospital_code", value)?.ok_or_else(|| refuse("is missing".into()))?;
    let Some(time_zone) = time_zones.get(&code) else {
        let told = shape(&code);
        return Err(refuse(format!("{told} is not a hospital of the network")));
    };
    Ok((code, *time_zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hospital_is_one_of_the_network() {
        let utc = TimeZone::parse("UTC").unwrap();
        let network = HashMap::from([("BIDMC".to_owned(), utc)]);
        assert_eq!(hospital(Some("BIDMC "), &network).unwrap().0, "BIDMC");
        for unknown in [None, Some(""), Some("bidmc"), Some("ELSEWHERE")] {
            let refusal = hospital(unknown, &network).unwrap_err();
            assert_eq!(refusal.rule.code, "ADT-007", "{unknown:?}");
            assert!(!refusal.reason.contains("ELSEWHERE"));
        }
    }
}
