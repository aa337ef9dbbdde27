use chrono::NaiveDate;
use serde::Serialize;
use tokio_postgres::Transaction;

/// What a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The record or line is kept aside.
    Quarantine,
    /// The whole file is kept aside.
    Refusal,
    /// The record is loaded, mended.
    Repair,
    /// The record is loaded as it is.
    Finding,
}

impl Effect {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quarantine => "quarantined",
            Self::Refusal => "file refused",
            Self::Repair => "repaired",
            Self::Finding => "found",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "quarantine" => Self::Quarantine,
            "refusal" => Self::Refusal,
            _ => Self::Finding,
        }
    }
}

/// How often a rule did something, on one day of one hospital.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleHits {
    /// The rule's code.
    pub rule: String,
    /// What it did.
    pub effect: Effect,
    /// The hospital, where the record tells one.
    pub hospital_code: Option<String>,
    /// Day of the record by the hospital's calendar, where it tells one.
    pub day: Option<NaiveDate>,
    /// How often.
    pub hits: i64,
}

/// What rules did beside repairs.
pub(super) async fn beside_repairs(
    transaction: &Transaction<'_>,
) -> Result<Vec<RuleHits>, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/report/hits.sql"), &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(RuleHits {
                rule: row.try_get("rule")?,
                effect: Effect::parse(row.try_get("effect")?),
                hospital_code: row.try_get("hospital_code")?,
                day: row.try_get("day")?,
                hits: row.try_get("hits")?,
            })
        })
        .collect()
}
