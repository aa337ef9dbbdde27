use crate::rule::Rule;

/// A value after a rule that may repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged<T> {
    /// As sent, or what the repair made of it.
    pub(super) value: T,
    /// The rule that hit.
    pub(super) repair: Option<&'static Rule>,
}

impl<T> Judged<T> {
    /// A value that no rule hit.
    pub(super) fn good(value: T) -> Self {
        Self {
            value,
            repair: None,
        }
    }

    /// What a rule makes of a value: derived, or unknown.
    pub(super) fn repaired(value: T, rule: &'static Rule) -> Self {
        Self {
            value,
            repair: Some(rule),
        }
    }
}

/// The rules that repaired a record.
#[derive(Debug, Default)]
pub(super) struct Repairs(Vec<&'static Rule>);

impl Repairs {
    /// Takes the value and notes the rule that repaired it.
    pub(super) fn note<T>(&mut self, judged: Judged<T>) -> T {
        self.0.extend(judged.repair);
        judged.value
    }

    /// Each rule once, in the order of their codes.
    pub(super) fn in_order(mut self) -> Vec<&'static Rule> {
        self.0.sort_unstable_by_key(|rule| rule.code);
        self.0.dedup();
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::record::{AGE_ABOVE_120, BORN_LATER};

    #[test]
    fn each_rule_is_listed_once_in_the_order_of_codes() {
        let mut repairs = Repairs::default();
        assert_eq!(repairs.note(Judged::good(1)), 1);
        assert_eq!(repairs.note(Judged::repaired(2, &BORN_LATER)), 2);
        assert_eq!(repairs.note(Judged::repaired(3, &AGE_ABOVE_120)), 3);
        assert_eq!(repairs.note(Judged::repaired(4, &BORN_LATER)), 4);
        assert_eq!(repairs.in_order(), [&AGE_ABOVE_120, &BORN_LATER]);
    }
}
