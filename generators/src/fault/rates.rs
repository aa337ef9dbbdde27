//! How often each class of fault is, in percent of the events or lines that can have it.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Class;
use crate::random::SplitMix64;

/// Grows with every change after which the same rates give other faults.
const FAULT_VERSION: u64 = 1;

/// The rates that `--faults default` takes.
pub const DEFAULT_RATES: &str = include_str!("../../data/faults.toml");

/// How often each class of fault is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rates {
    /// In the order of [`Class::ALL`].
    percents: [f64; Class::ALL.len()],
}

/// A file of rates that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RatesError {
    /// It is not TOML, or a rate is no number.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// It names something else.
    #[error(
        "line {line}: no class of faults is called {name:?}; expected one of {}",
        Class::ALL.map(Class::as_str).join(", ")
    )]
    UnknownClass {
        /// What it names.
        name: String,
        /// Where, from 1.
        line: usize,
    },
    /// A rate is no percentage.
    #[error("line {line}: {} = {percent}: expected percent, from 0 to 100", .class.as_str())]
    Percent {
        /// Of which class.
        class: Class,
        /// The rate.
        percent: f64,
        /// Where, from 1.
        line: usize,
    },
    /// There are more faults than events.
    #[error(
        "the rates are {sum} percent in all; expected at most 100, since an event has one fault at most"
    )]
    Sum {
        /// All rates together, in percent.
        sum: f64,
    },
}

impl Rates {
    /// Reads a file of rates: `CLASS = PERCENT` for each class; a class that is not named has none.
    pub fn parse(text: &str) -> Result<Self, RatesError> {
        let named: BTreeMap<Spanned<String>, Spanned<f64>> = toml::from_str(text)?;
        let mut rates = Self::default();
        for (name, percent) in named {
            let line = line_of(text, name.span().start);
            let Some(class) = Class::parse(name.get_ref()) else {
                let name = name.into_inner();
                return Err(RatesError::UnknownClass { name, line });
            };
            let percent = percent.into_inner();
            if !(0.0..=100.0).contains(&percent) {
                return Err(RatesError::Percent {
                    class,
                    percent,
                    line,
                });
            }
            // No other bits: they stand in the name of the flow, and -0 is 0.
            rates.percents[class as usize] = percent + 0.0;
        }
        let sum = rates.sum_percent();
        if sum > 100.0 {
            return Err(RatesError::Sum { sum });
        }
        Ok(rates)
    }

    /// One class alone.
    #[cfg(test)]
    pub(crate) fn only(class: Class, percent: f64) -> Self {
        let mut rates = Self::default();
        rates.percents[class as usize] = percent;
        rates
    }

    /// The rate of a class, in percent.
    pub fn percent(&self, class: Class) -> f64 {
        self.percents[class as usize]
    }

    /// All rates together, in percent.
    pub(crate) fn sum_percent(&self) -> f64 {
        self.percents.iter().sum()
    }

    /// Whether there are no faults at all.
    pub fn are_zero(&self) -> bool {
        self.percents.iter().all(|percent| *percent == 0.0)
    }

    /// What tells these rates from others.
    pub(crate) fn to_be_bytes(self) -> Vec<u8> {
        let bits = self.percents.iter().map(|percent| percent.to_bits());
        std::iter::once(FAULT_VERSION)
            .chain(bits)
            .flat_map(u64::to_be_bytes)
            .collect()
    }

    /// The fault of one of many, of those that it can have; mostly none.
    pub(super) fn draw(
        &self,
        befits: impl Fn(Class) -> bool,
        random: &mut SplitMix64,
    ) -> Option<Class> {
        let mut rest = random.fraction() * 100.0;
        Class::ALL.into_iter().find(|class| {
            let percent = self.percent(*class);
            if percent == 0.0 || !befits(*class) {
                return false;
            }
            rest -= percent;
            rest < 0.0
        })
    }
}

fn line_of(text: &str, place: usize) -> usize {
    let before = text.as_bytes().iter().take(place);
    1 + before.filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_tenth_of_a_percent_each() {
        let rates = Rates::parse(DEFAULT_RATES).unwrap();
        for class in Class::ALL {
            assert_eq!(rates.percent(class).to_string(), "0.1", "{class:?}");
            assert_eq!(Class::parse(class.as_str()), Some(class));
            assert_eq!(Class::ALL[class as usize], class);
        }
    }

    #[test]
    fn what_is_not_named_is_zero() {
        let rates = Rates::parse("# few\nout_of_order = 3\n").unwrap();
        assert_eq!(rates, Rates::only(Class::OutOfOrder, 3.0));
        assert!(!rates.are_zero());
        for zero in ["", "out_of_order = 0", "out_of_order = -0.0"] {
            let rates = Rates::parse(zero).unwrap();
            assert!(rates.are_zero());
            assert_eq!(rates.to_be_bytes(), Rates::default().to_be_bytes());
        }
    }

    #[test]
    fn a_bad_file_is_told_with_its_line() {
        for (text, told) in [
            (
                "invalid_age = 1\n\nage = 2",
                "line 3: no class of faults is called \"age\"; expected one of missing_admission_time, invalid_age,",
            ),
            (
                "\ninvalid_age = 100.5",
                "line 2: invalid_age = 100.5: expected percent, from 0 to 100",
            ),
            ("invalid_age = -1", "line 1: invalid_age = -1: expected"),
            ("invalid_age = nan", "line 1: invalid_age = NaN: expected"),
            ("invalid_age = \"1\"", "line 1, column 15"),
            ("invalid_age = 1\ninvalid_age = 2", "line 2, column 1"),
            (
                "invalid_age = 60\nage_over_100 = 41",
                "the rates are 101 percent in all",
            ),
        ] {
            let error = Rates::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn each_class_is_drawn_as_often_as_its_rate_says() {
        let rates =
            Rates::parse("invalid_age = 10\nout_of_order = 20\nlate_delivery = 40").unwrap();
        let mut random = SplitMix64::new(1);
        let mut counts = [0_u32; Class::ALL.len()];
        for _ in 0..10_000 {
            let befits = |class| class != Class::OutOfOrder;
            if let Some(class) = rates.draw(befits, &mut random) {
                counts[class as usize] += 1;
            }
        }
        assert!(counts[Class::InvalidAge as usize].abs_diff(1_000) < 150);
        assert!(counts[Class::LateDelivery as usize].abs_diff(4_000) < 250);
        assert_eq!(counts[Class::OutOfOrder as usize], 0);
    }
}
