use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use domain::extract::{Sender, sent_by};
use domain::shape::shape;
use uuid::Uuid;

/// What is traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An event of a patient, or a statement about staff or a department, by its own id.
    Event(Uuid),
    /// A line of an extract.
    Line(LineTarget),
    /// A Kafka record.
    Offset {
        /// The topic, with its prefix.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset.
        offset: i64,
    },
}

/// A line of a file of a hospital's extract, or of its network's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineTarget {
    /// The hospital; `None` where the network sends the file for all of them.
    pub hospital_code: Option<String>,
    /// Day of the extract.
    pub extract_date: NaiveDate,
    /// Kind of file.
    pub kind: &'static str,
    /// Number of the line; the header is 1.
    pub line: i64,
}

const FORMS: &str = "give an event id (a UUID), a line as HOSPITAL/DATE/KIND:LINE (SOWETO-EAST/2026-03-02/encounters:17, \
                     or network/2026-03-01/people:17) or a record as TOPIC/PARTITION/OFFSET (hospital.adt.events/0/17)";

/// In place of the hospital where the network sends a file.
const NETWORK: &str = "network";

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts[..] {
            [id] => Uuid::try_parse(id)
                .map(Self::Event)
                .map_err(|_| format!("{} is no UUID; {FORMS}", shape(id))),
            [sender, date, line] if line.contains(':') => {
                line_of(sender, date, line).map(Self::Line)
            }
            [topic, partition, offset] => Ok(Self::Offset {
                topic: topic.to_owned(),
                partition: number(partition, "partition")?,
                offset: number(offset, "offset")?,
            }),
            _ => Err(FORMS.to_owned()),
        }
    }
}

fn line_of(sender: &str, date: &str, line: &str) -> Result<LineTarget, String> {
    let hospital_code = (sender != NETWORK).then(|| sender.to_owned());
    let (sender, words) = match hospital_code {
        Some(_) => (Sender::Hospital, "a hospital"),
        None => (Sender::Network, "the network"),
    };
    let (name, line) = line.split_once(':').unwrap_or((line, ""));
    let name = name.strip_suffix(".csv").unwrap_or(name);
    let kind = sent_by(sender).find(|kind| kind.name == name);
    let kind = kind.ok_or_else(|| {
        let names: Vec<&str> = sent_by(sender).map(|kind| kind.name).collect();
        let names = names.join(", ");
        format!("{words} sends no kind of file of that name; there are {names}")
    })?;
    let line = number(line, "line")?;
    if line < 2 {
        return Err("line 1 is the header; the first line with data is 2".to_owned());
    }
    Ok(LineTarget {
        hospital_code,
        extract_date: date
            .parse()
            .map_err(|_| "the date is not one, as 2026-03-02 is".to_owned())?,
        kind: kind.name,
        line,
    })
}

fn number<N: FromStr + PartialOrd + Default>(text: &str, what: &str) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| *number >= N::default());
    number.ok_or_else(|| format!("the {what} is no whole number from 0; {FORMS}"))
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(id) => write!(formatter, "{id}"),
            Self::Line(line) => write!(formatter, "{line}"),
            Self::Offset {
                topic,
                partition,
                offset,
            } => write!(formatter, "{topic}/{partition}/{offset}"),
        }
    }
}

impl fmt::Display for LineTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sender, date) = (self.sender(), self.extract_date);
        write!(formatter, "{sender}/{date}/{}:{}", self.kind, self.line)
    }
}

impl LineTarget {
    /// Who sends the file.
    pub(super) fn sender(&self) -> &str {
        self.hospital_code.as_deref().unwrap_or(NETWORK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match text.parse::<Target>() {
            Ok(target) => target.to_string(),
            Err(error) => error,
        }
    }

    #[test]
    fn the_forms_are_told_apart() {
        for text in [
            "0597679b-d738-7bfb-afff-fa5c74dd6d49",
            "SOWETO-EAST/2026-03-02/encounters:17",
            "network/2026-03-02/people:17",
            "hospital.adt.events/0/17",
        ] {
            assert_eq!(told(text), text);
        }
        assert_eq!(told("A/2026-03-02/charges.csv:2"), "A/2026-03-02/charges:2");
    }

    #[test]
    fn what_is_none_of_them_is_told_by_its_shape() {
        assert!(
            told("8001015009087")
                .starts_with("a value of 13 characters, 13 of them digits, is no UUID")
        );
        for (text, words) in [
            ("A/2026-03-02/charges:1", "line 1 is the header"),
            ("A/2026-03-02/charges:x", "the line is no whole number"),
            (
                "A/2026-03-02/payments:2",
                "a hospital sends no kind of file of that name; there are patients, ",
            ),
            (
                "network/2026-03-02/charges:2",
                "the network sends no kind of file of that name; there are departments, ",
            ),
            ("A/yesterday/charges:2", "the date is not one"),
            ("topic/-1/2", "the partition is no whole number"),
            ("topic/1/", "the offset is no whole number"),
            ("topic/1", "give an event id"),
            ("", "is no UUID"),
        ] {
            assert!(told(text).contains(words), "{text}: {}", told(text));
        }
    }
}
