use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::clean::{Refusal, hospital, identifier, text, time};
use crate::extract::Layout;
use crate::network::TimeZone;
use crate::rule::line::{FORM, LINE_NUMBER, PERSON_ID};
use crate::rule::record::ENCOUNTER_ID;
use crate::shape::shape;

/// The fields of a line by the names of their columns.
pub(super) struct Fields<'l> {
    pub(super) layout: &'l Layout,
    pub(super) line: &'l [&'l str],
}

impl<'l> Fields<'l> {
    /// A field as sent.
    pub(super) fn sent(&self, name: &str) -> &'l str {
        self.layout.field(name).map_or("", |field| self.line[field])
    }

    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        text::optional(name, Some(self.sent(name)))
    }

    pub(super) fn time(&self, name: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
        time::optional(name, Some(self.sent(name)))
    }

    pub(super) fn date(&self, name: &'static str) -> Result<Option<NaiveDate>, Refusal> {
        time::date(name, Some(self.sent(name)))
    }

    pub(super) fn whole(&self, name: &'static str) -> Result<Option<i64>, Refusal> {
        let text = self.text(name)?;
        let refuse = |text: &str| {
            let reason = format!("{} is no whole number", shape(text));
            Refusal::of(&FORM, name, reason)
        };
        text.map(|text| text.parse().map_err(|_| refuse(&text)))
            .transpose()
    }

    pub(super) fn truth(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => {
                let reason = format!("{} is neither true nor false", shape(other));
                Err(Refusal::of(&FORM, name, reason))
            }
        }
    }

    pub(super) fn patient_id(&self) -> Result<String, Refusal> {
        identifier::patient_id(Some(self.sent("patient_id")))
    }

    pub(super) fn person_id(&self) -> Result<String, Refusal> {
        let person_id = self.text("person_id")?;
        person_id.ok_or_else(|| Refusal::of(&PERSON_ID, "person_id", "is missing"))
    }

    pub(super) fn hospital_code(
        &self,
        hospitals: &HashMap<String, TimeZone>,
    ) -> Result<String, Refusal> {
        let sent = Some(self.sent("hospital_code"));
        hospital::hospital(sent, hospitals).map(|(code, _)| code)
    }

    pub(super) fn encounter_id(&self) -> Result<String, Refusal> {
        let encounter_id = self.text("encounter_id")?;
        encounter_id.ok_or_else(|| Refusal::of(&ENCOUNTER_ID, "encounter_id", "is missing"))
    }

    pub(super) fn line_number(&self) -> Result<i32, Refusal> {
        let refuse = |reason: String| Refusal::of(&LINE_NUMBER, "line_number", reason);
        let text = self
            .text("line_number")?
            .ok_or_else(|| refuse("is missing".into()))?;
        let number = text.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| refuse(format!("{} is no whole number from 1", shape(&text))))
    }
}
