use super::repair::Judged;
use crate::id_number::{IdNumber, IdNumberError};
use crate::rule::record::{ID_CHECK_DIGIT, ID_NUMBER_FORM};

/// The ID number, if it is a valid one.
pub(super) fn valid(sent: Option<&str>) -> Judged<Option<IdNumber>> {
    match sent.map(IdNumber::parse).transpose() {
        Ok(id_number) => Judged::good(id_number),
        Err(IdNumberError::CheckDigit) => Judged::repaired(None, &ID_CHECK_DIGIT),
        Err(IdNumberError::Form { .. } | IdNumberError::Date | IdNumberError::Code) => {
            Judged::repaired(None, &ID_NUMBER_FORM)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_valid_missing_or_hit_by_one_rule() {
        assert_eq!(valid(None), Judged::good(None));
        let specimen = "8001015009087";
        let number = IdNumber::parse(specimen).unwrap();
        assert_eq!(valid(Some(specimen)), Judged::good(Some(number)));
        for (sent, rule) in [
            ("800101500908", &ID_NUMBER_FORM),
            ("80010150090870", &ID_NUMBER_FORM),
            ("800101 5009087", &ID_NUMBER_FORM),
            ("80010150090x7", &ID_NUMBER_FORM),
            ("8013015009087", &ID_NUMBER_FORM),
            ("8001015009287", &ID_NUMBER_FORM),
            ("8001015009077", &ID_NUMBER_FORM),
            ("8001015009088", &ID_CHECK_DIGIT),
            ("8001015009086", &ID_CHECK_DIGIT),
        ] {
            assert_eq!(valid(Some(sent)), Judged::repaired(None, rule), "{sent}");
        }
    }
}
