use std::fmt;

use serde::Serialize;

/// A day of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Day(u8);

impl Day {
    /// Generators.
    pub(super) const GENERATORS: Self = Self(1);
    /// Kafka and Avro.
    const KAFKA: Self = Self(2);
    /// The consumer, exactly once.
    pub(super) const CONSUMER: Self = Self(3);
    /// Cleaning and quarantine.
    const CLEANING: Self = Self(4);
    /// SCD2 and the star.
    const STAR: Self = Self(5);
    /// Batch and reconciliation.
    pub(super) const BATCH: Self = Self(6);
    /// Handing in.
    const HAND_IN: Self = Self(9);

    const ALL: [Self; 7] = [
        Self::GENERATORS,
        Self::KAFKA,
        Self::CONSUMER,
        Self::CLEANING,
        Self::STAR,
        Self::BATCH,
        Self::HAND_IN,
    ];

    /// A day that can be checked.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let day = text.parse().map(Self);
        day.ok()
            .filter(|day| Self::ALL.contains(day))
            .ok_or_else(|| "give a day of 1 to 6, or 9".to_owned())
    }

    /// What the day is about.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::GENERATORS => "generators",
            Self::KAFKA => "Kafka and Avro",
            Self::CONSUMER => "the consumer, exactly once",
            Self::CLEANING => "cleaning and quarantine",
            Self::STAR => "slowly changing dimensions and the star",
            Self::BATCH => "the daily extracts",
            _ => "handing in",
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

const LOAD: &str = "rows were lost, or written by hand: load the topic into a new database \
                    (./wardflow simulation run --fresh)";
const CLEAN: &str = "the vault and silver name the same people when nothing was changed by hand: load \
                     into a new database (./wardflow simulation run --fresh)";
const FOLD: &str = "gold follows from silver: rows of it were changed or deleted by hand. Load into a new \
                    database (./wardflow simulation run --fresh), and read docs/history.md for what the row \
                    should say";
const SCHEMA: &str = "the schema is not that of the migrations: ./wardflow database migrate, or begin with a \
                      new database";
const SEED: &str = "reference data is missing or was changed: ./wardflow database seed";
const ERASE: &str = "somebody is to be forgotten and is not: ./wardflow database erase --patient HOSPITAL:ID \
                     once more (docs/erasure.md)";
const TAKE: &str = "rows of a file were lost, or written by hand: load into a new database, and the extracts \
                    with ./wardflow batch-ingest once";

/// The day that teaches what a check of `database verify` proves, and what to do where it fails: by
/// the beginning of the check's name.
const TAUGHT: [(&str, Day, &str); 36] = [
    ("offset-", Day::CONSUMER, LOAD),
    ("bronze-", Day::CONSUMER, LOAD),
    ("hole-", Day::CONSUMER, LOAD),
    ("shard-", Day::CONSUMER, LOAD),
    ("outcome-", Day::CONSUMER, LOAD),
    ("duplicate-", Day::CONSUMER, LOAD),
    ("schema-", Day::CONSUMER, LOAD),
    ("log-", Day::CONSUMER, LOAD),
    ("erasure-", Day::HAND_IN, ERASE),
    ("silver-", Day::CLEANING, CLEAN),
    ("vault-", Day::CLEANING, CLEAN),
    ("hospital-", Day::STAR, SEED),
    ("unknown-", Day::STAR, SEED),
    ("date-", Day::STAR, SEED),
    ("version-", Day::STAR, FOLD),
    ("diagnosis-", Day::BATCH, TAKE),
    ("procedure-", Day::BATCH, TAKE),
    ("medication-", Day::BATCH, TAKE),
    ("charge-", Day::BATCH, TAKE),
    ("person-", Day::BATCH, TAKE),
    ("registration-", Day::BATCH, TAKE),
    ("fact-", Day::STAR, FOLD),
    ("stay-", Day::STAR, FOLD),
    ("patient-", Day::STAR, FOLD),
    ("admission-", Day::STAR, FOLD),
    ("finding-", Day::STAR, FOLD),
    ("occupancy-", Day::STAR, FOLD),
    ("census-", Day::STAR, FOLD),
    ("staff-", Day::STAR, FOLD),
    ("department-", Day::STAR, FOLD),
    ("snapshot-", Day::BATCH, TAKE),
    ("line-", Day::BATCH, TAKE),
    ("comment-", Day::HAND_IN, SCHEMA),
    ("guard-", Day::HAND_IN, SCHEMA),
    ("relation-", Day::HAND_IN, SCHEMA),
    ("right-", Day::HAND_IN, SCHEMA),
];

/// The day of a check, and its hint; whatever no day teaches belongs to handing in.
pub(super) fn day_of(check: &str) -> (Day, &'static str) {
    let taught = TAUGHT.iter().find(|(name, ..)| check.starts_with(name));
    taught.map_or((Day::HAND_IN, FOLD), |(_, day, hint)| (*day, hint))
}

#[cfg(test)]
mod tests {
    use database::verify::CHECKS;

    use super::*;

    #[test]
    fn every_check_is_taught_on_a_day() {
        for check in CHECKS {
            let is_taught = TAUGHT.iter().any(|(name, ..)| check.name.starts_with(name));
            assert!(is_taught, "{} has no day", check.name);
        }
    }

    #[test]
    fn days_are_those_of_the_course() {
        assert_eq!(Day::parse("5"), Ok(Day::STAR));
        for text in ["0", "7", "8", "10", "one", ""] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }
}
