//! A trace for a terminal and for programs.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::rule;
use serde_json::{Map, Value, json};

use super::{
    Change, Delivery, Difference, Effect, Outcome, Place, Quarantined, Trace, TracedRecord,
};

/// Writes where it came from, what silver holds, and what depends on it.
pub fn render(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", trace.target)?;
    writeln!(out, "\nReceived")?;
    for delivery in &trace.deliveries {
        render_delivery(delivery, out)?;
    }
    for record in &trace.records {
        render_record(record, out)?;
    }
    if trace.records.is_empty() {
        writeln!(out, "\nSilver and gold: nothing of it alone")?;
    }
    Ok(())
}

fn render_delivery(delivery: &Delivery, out: &mut impl Write) -> io::Result<()> {
    let at = time(delivery.received_at);
    match &delivery.place {
        Place::Record {
            topic,
            partition,
            offset,
            schema_id,
            bytes,
            ordinal,
        } => {
            let mut facts = vec![bytes.map_or("no value".to_owned(), |it| format!("{it} bytes"))];
            facts.extend(schema_id.map(|id| format!("schema {id}")));
            facts.extend(ordinal.map(|number| format!("number {number} of its run")));
            writeln!(
                out,
                "  {topic}/{partition}/{offset} at {at}: {}",
                facts.join(", ")
            )?;
        }
        Place::Line { line, sha256, path } => {
            writeln!(
                out,
                "  {line} at {at}: {path} in the archive, SHA-256 {sha256}"
            )?;
        }
    }
    match &delivery.outcome {
        Outcome::Loaded => writeln!(out, "    loaded"),
        Outcome::Duplicate(Some(content)) => {
            writeln!(out, "    duplicate: silver held content {content} already")
        }
        Outcome::Duplicate(None) => {
            writeln!(
                out,
                "    duplicate: another line stands for the same content"
            )
        }
        Outcome::Waiting => writeln!(out, "    waiting: the file is still being loaded"),
        Outcome::Unchanged => writeln!(out, "    loaded: it says what the snapshot before it said"),
        Outcome::Erased => writeln!(out, "    erased: its patient is to be forgotten"),
        Outcome::Quarantined(quarantined) => render_quarantined(quarantined, out),
    }
}

fn render_quarantined(quarantined: &Quarantined, out: &mut impl Write) -> io::Result<()> {
    let Quarantined {
        rule,
        field,
        reason,
        state,
        attempts,
    } = quarantined;
    let field = field
        .as_ref()
        .map(|it| format!("{it} "))
        .unwrap_or_default();
    writeln!(out, "    quarantined by {rule}: {field}{reason}")?;
    if let Some(finds) = finds(rule) {
        writeln!(out, "      {rule} finds {finds}")?;
    }
    writeln!(out, "      state {state}, tried {attempts} times")
}

fn render_record(record: &TracedRecord, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nSilver: {}", record.table)?;
    for (name, value) in &record.columns.0 {
        if !value.is_null() && name != "repairs" {
            writeln!(out, "  {name:<26}{}", shown(value))?;
        }
    }
    for code in &record.repairs {
        writeln!(
            out,
            "  repaired by {code}: {}",
            finds(code).unwrap_or_default()
        )?;
    }
    writeln!(out, "\nGold, by this record")?;
    for note in &record.notes {
        writeln!(out, "  {note}")?;
    }
    record
        .effect
        .as_ref()
        .map_or(Ok(()), |effect| render_effect(effect, out))
}

fn render_effect(effect: &Effect, out: &mut impl Write) -> io::Result<()> {
    for change in &effect.changes {
        render_change(change, out)?;
    }
    for (from, to) in &effect.hours {
        let to = to.map_or("on".to_owned(), |to| format!("to {}", time(to)));
        let from = time(*from);
        writeln!(
            out,
            "  counted  gold.fact_bed_occupancy: hours from {from} {to}"
        )?;
    }
    for code in &effect.findings {
        writeln!(
            out,
            "  finding  {code}: {}",
            finds(code).unwrap_or_default()
        )?;
    }
    if !effect.is_in_gold {
        writeln!(
            out,
            "  gold does not hold that now: departments may have changed; see ./wardflow database verify"
        )?;
    }
    Ok(())
}

fn render_change(change: &Change, out: &mut impl Write) -> io::Result<()> {
    let word = match change.difference {
        Difference::Made(_) => "made",
        Difference::Changed(..) => "changed",
        Difference::Prevented(_) => "prevents",
    };
    let key = change
        .key_columns()
        .map(|(name, value)| format!("{name} {}", shown(value)));
    let key: Vec<String> = key.collect();
    writeln!(out, "  {word:<9}{}: {}", change.table, key.join(", "))?;
    for (name, without, with) in change.changed_columns() {
        writeln!(
            out,
            "             {name:<26}{} -> {}",
            shown(without),
            shown(with)
        )?;
    }
    let (Difference::Made(row) | Difference::Prevented(row)) = &change.difference else {
        return Ok(());
    };
    for (name, value) in &row.0 {
        if !value.is_null() && !change.key.contains(&&**name) {
            writeln!(out, "             {name:<26}{}", shown(value))?;
        }
    }
    Ok(())
}

/// A value as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a rule finds, by its code.
fn finds(code: &str) -> Option<&'static str> {
    rule::of_code(code).map(|rule| rule.finds)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub(super) fn to_json(trace: &Trace) -> Value {
    json!({
        "target": trace.target.to_string(),
        "deliveries": trace.deliveries.iter().map(delivery_json).collect::<Vec<_>>(),
        "records": trace.records.iter().map(record_json).collect::<Vec<_>>(),
    })
}

fn delivery_json(delivery: &Delivery) -> Value {
    let mut it = match &delivery.place {
        Place::Record {
            topic,
            partition,
            offset,
            schema_id,
            bytes,
            ordinal,
        } => json!({
            "topic": topic, "partition": partition, "offset": offset, "schema_id": schema_id, "bytes": bytes,
            "ordinal": ordinal,
        }),
        Place::Line { line, sha256, path } => json!({
            "hospital_code": line.hospital_code, "extract_date": line.extract_date.to_string(),
            "kind": line.kind, "line": line.line, "sha256": sha256, "path": path,
        }),
    };
    it["received_at"] = time(delivery.received_at).into();
    let (outcome, more) = match &delivery.outcome {
        Outcome::Loaded => ("loaded", Value::Null),
        Outcome::Duplicate(content) => (
            "duplicate",
            json!({ "content_hash": content.map(|it| it.to_string()) }),
        ),
        Outcome::Waiting => ("waiting", Value::Null),
        Outcome::Unchanged => ("unchanged", Value::Null),
        Outcome::Erased => ("erased", Value::Null),
        Outcome::Quarantined(it) => (
            "quarantined",
            json!({
                "rule": it.rule, "field": it.field, "reason": it.reason, "state": it.state,
                "attempts": it.attempts,
            }),
        ),
    };
    it["outcome"] = outcome.into();
    it["detail"] = more;
    it
}

fn record_json(record: &TracedRecord) -> Value {
    json!({
        "table": record.table,
        "row": record.columns.to_json(),
        "repairs": record.repairs,
        "notes": record.notes,
        "gold": record.effect.as_ref().map(effect_json),
    })
}

fn effect_json(effect: &Effect) -> Value {
    let hours = effect
        .hours
        .iter()
        .map(|(from, to)| json!({ "from": time(*from), "to": to.map(time) }));
    json!({
        "changes": effect.changes.iter().map(change_json).collect::<Vec<_>>(),
        "occupancy_hours": hours.collect::<Vec<_>>(),
        "findings": effect.findings,
        "is_in_gold": effect.is_in_gold,
    })
}

fn change_json(change: &Change) -> Value {
    let changed = change.changed_columns().into_iter();
    let changed = changed.map(|(name, without, with)| {
        (name.to_owned(), json!({ "without": without, "with": with }))
    });
    let (difference, row) = match &change.difference {
        Difference::Made(row) => ("made", row),
        Difference::Changed(_, row) => ("changed", row),
        Difference::Prevented(row) => ("prevented", row),
    };
    json!({
        "table": change.table,
        "difference": difference,
        "row": row.to_json(),
        "changed": changed.collect::<Map<_, _>>(),
    })
}
