//! What sources state about a member of a dimension, and the versions that follow.
//!
//! A statement tells all attributes of a member from a time on. The statements are a set: no order
//! of arrival and no duplicate shows in the versions (`docs/history.md`).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a source says of one member: these attributes hold from a time on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<A> {
    /// The statement's own id; of several contents under one id, the one entered last counts.
    pub statement_id: Uuid,
    /// Hash of all fields as sent ([`crate::content`]).
    pub content_hash: Uuid,
    /// From when on it holds; `None` is the beginning of time.
    pub effective_at: Option<DateTime<Utc>>,
    /// Number among the statements of the member; breaks ties of time.
    pub sequence: Option<i64>,
    /// When it was entered; `None` where the source has no clock, as a network file.
    pub recorded_at: Option<DateTime<Utc>>,
    /// What holds.
    pub attributes: A,
}

/// The interval in which attributes of a member hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<A> {
    /// Inclusive; `None` is the beginning of time.
    pub valid_from: Option<DateTime<Utc>>,
    /// Exclusive; `None` is `infinity`: the version is current.
    pub valid_to: Option<DateTime<Utc>>,
    /// What holds.
    pub attributes: A,
}

impl<A> Statement<A> {
    /// What identifies the statement among those of its member.
    pub fn identity(&self) -> (Uuid, Uuid) {
        (self.statement_id, self.content_hash)
    }

    /// Of contents under one id the greatest counts.
    fn entry(&self) -> (Option<DateTime<Utc>>, Uuid) {
        (self.recorded_at, self.content_hash)
    }

    /// The total order: the last one has the last word.
    fn place(&self) -> impl Ord + use<A> {
        (
            self.effective_at,
            self.sequence,
            self.recorded_at,
            self.content_hash,
            self.statement_id,
        )
    }
}

/// The versions that the statements of one member make, by time: each change of an attribute begins
/// one. Statements may be in any order and hold copies.
pub fn versions<'a, A: PartialEq>(
    statements: impl IntoIterator<Item = &'a Statement<A>>,
) -> Vec<Version<&'a A>> {
    let mut versions: Vec<Version<&A>> = Vec::new();
    for statement in last_of_each_instant(counting(statements)) {
        let attributes = &statement.attributes;
        if let Some(last) = versions.last_mut() {
            if last.attributes == attributes {
                continue;
            }
            last.valid_to = statement.effective_at;
        }
        versions.push(Version {
            valid_from: statement.effective_at,
            valid_to: None,
            attributes,
        });
    }
    versions
}

/// Each statement once, in the total order.
fn counting<'a, A>(
    statements: impl IntoIterator<Item = &'a Statement<A>>,
) -> Vec<&'a Statement<A>> {
    let mut by_id: HashMap<Uuid, &Statement<A>> = HashMap::new();
    for statement in statements {
        let counts = by_id.entry(statement.statement_id).or_insert(statement);
        if counts.entry() < statement.entry() {
            *counts = statement;
        }
    }
    let mut in_order: Vec<_> = by_id.into_values().collect();
    in_order.sort_unstable_by_key(|statement| statement.place());
    in_order
}

fn last_of_each_instant<A>(in_order: Vec<&Statement<A>>) -> Vec<&Statement<A>> {
    let mut last: Vec<&Statement<A>> = Vec::with_capacity(in_order.len());
    for statement in in_order {
        last.pop_if(|before| before.effective_at == statement.effective_at);
        last.push(statement);
    }
    last
}
