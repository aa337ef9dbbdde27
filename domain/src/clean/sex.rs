use super::repair::Judged;
use crate::id_number::IdNumber;
use crate::rule::record::SEX_CONTRADICTS_ID;

/// The administrative sex, as the ID number lets it stand.
///
/// A code other than `F` and `M` contradicts nothing, nor does silence: a source may leave the sex out
/// or call it otherwise on purpose, and a repair is for what is wrong.
pub(super) fn sex(sent: Option<String>, id_number: Option<&IdNumber>) -> Judged<Option<String>> {
    let told = id_number.map(|number| if number.is_female() { "F" } else { "M" });
    match (sent.as_deref(), told) {
        (Some("F"), Some("M")) | (Some("M"), Some("F")) => {
            Judged::repaired(told.map(str::to_owned), &SEX_CONTRADICTS_ID)
        }
        _ => Judged::good(sent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(sequence: u16) -> IdNumber {
        IdNumber::compose("1980-01-01".parse().unwrap(), sequence, false)
    }

    #[test]
    fn f_and_m_are_those_of_the_id_number() {
        let text = |value: &str| Some(value.to_owned());
        for (sequence, right, wrong) in [
            (0, "F", "M"),
            (4999, "F", "M"),
            (5000, "M", "F"),
            (9999, "M", "F"),
        ] {
            let number = number(sequence);
            let repaired = sex(text(wrong), Some(&number));
            let expected = Judged::repaired(text(right), &SEX_CONTRADICTS_ID);
            assert_eq!(repaired, expected, "{sequence}");
            let again = sex(repaired.value, Some(&number));
            assert_eq!(again, Judged::good(text(right)));
            for other in [None, text("U"), text("O"), text("m"), text("female")] {
                assert_eq!(sex(other.clone(), Some(&number)), Judged::good(other));
            }
        }
        for sent in [None, text("F"), text("M"), text("X")] {
            assert_eq!(sex(sent.clone(), None), Judged::good(sent));
        }
    }
}
