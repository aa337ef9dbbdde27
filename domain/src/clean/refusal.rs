use crate::rule::Rule;

/// Why data cannot be used. It holds no value of an identity field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{reason}", rule.code, field.map(|field| format!("{field}: ")).unwrap_or_default())]
pub struct Refusal {
    /// The rule that refuses it.
    pub rule: &'static Rule,
    /// The field it is about.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub reason: String,
}

impl Refusal {
    /// A refusal for a field.
    pub fn of(rule: &'static Rule, field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            rule,
            field: Some(field),
            reason: reason.into(),
        }
    }
}
