use std::io::{self, Write as _};

use anyhow::Context as _;
use clap::Args;
use database::letter::{self, Content, Refused, Selection};
use domain::department_event::DepartmentEvent;
use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::shape::form;
use domain::staff_event::StaffEvent;
use platform::codec::{DecodeFailure, Decoder, DocumentSchema, Record};
use platform::configuration::KafkaArgs;
use platform::kafka::Topic;
use platform::registry::Registry;
use platform::wire;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::PlacesArgs;
use super::list::as_value;

/// Which letter is shown, and how much of it.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    places: PlacesArgs,
    /// Its id, as `list` tells it
    #[arg(value_name = "ID")]
    id: Uuid,
    /// Show identity, too, and bytes that cannot be read, instead of their shape
    #[arg(long)]
    identity: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn show(args: ShowArgs) -> anyhow::Result<()> {
    let places = &args.places;
    let client = places.warehouse.connect().await?;
    let (refused, content) = find(&client, args.id).await?;
    let registry = Registry::new(&places.registry)?;
    let kind = Kind::of(&places.kafka, &refused.topic);
    let held = match read(&registry, kind, content.payload.as_deref()).await? {
        Ok((schema, datum)) if args.identity => json!({ "record": schema.read(datum)? }),
        Ok((schema, datum)) => {
            let ours = DocumentSchema::parse(0, kind.schema())?;
            let record = masked(&ours, &schema.read(datum)?, &refused);
            json!({ "record": record })
        }
        Err(_) => held_bytes(&content, args.identity),
    };
    let mut told = as_value(&refused);
    if let (Value::Object(told), Value::Object(held)) = (&mut told, held) {
        told.extend(held);
    }
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{told}")?;
    } else {
        writeln!(out, "{told:#}")?;
    }
    Ok(())
}

/// A record without identity. Of a field that was refused only the form is told, as what stands there may be what
/// belongs elsewhere.
fn masked(ours: &DocumentSchema, record: &Value, refused: &Refused) -> Value {
    let mut masked = ours.masked(record.clone());
    for field in [&refused.field, &refused.own_field].into_iter().flatten() {
        let place = format!("/{}", field.replace('.', "/"));
        if let (Some(told), Some(as_sent)) = (masked.pointer_mut(&place), record.pointer(&place))
            && let Some(text) = as_sent.as_str()
            && told == as_sent
        {
            *told = format!("(of the form {})", form(text)).into();
        }
    }
    masked
}

/// Key and value that cannot be read: how long they are, or all of their bytes.
fn held_bytes(content: &Content, with_identity: bool) -> Value {
    let told = |bytes: &Option<Vec<u8>>| match bytes {
        None => Value::Null,
        Some(bytes) if with_identity => hexadecimal(bytes).into(),
        Some(bytes) => format!("({} bytes)", bytes.len()).into(),
    };
    json!({ "key": told(&content.key), "payload": told(&content.payload) })
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A letter with what it holds.
pub(super) async fn find(client: &Client, id: Uuid) -> anyhow::Result<(Refused, Content)> {
    let selection = Selection {
        ids: Some(vec![id]),
        ..Selection::default()
    };
    let found = letter::select(client, &selection, 1).await?.pop();
    let letter = found.with_context(|| {
        format!("there is no letter {id}; `consumer dead-letters list --state any` has all")
    })?;
    let content = letter::content(client, id).await?;
    Ok((letter, content.context("the letter is not there any more")?))
}

/// What a topic holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Events of patients.
    Patient,
    /// Statements about staff.
    Staff,
    /// Statements about departments.
    Department,
}

impl Kind {
    /// By the topic's name.
    pub(super) fn of(kafka: &KafkaArgs, topic: &str) -> Self {
        let is = |of: Topic| of.name(&kafka.topic_prefix).as_str() == topic;
        if is(Topic::Staff) {
            Self::Staff
        } else if is(Topic::Departments) {
            Self::Department
        } else {
            Self::Patient
        }
    }

    /// The field whose value follows the hospital's code in a key.
    pub(super) fn id_field(self) -> &'static str {
        match self {
            Self::Patient => "patient_id",
            Self::Staff => "staff_id",
            Self::Department => "department_code",
        }
    }

    /// Our newest schema of it.
    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::Patient => AdtEvent::SCHEMA,
            Self::Staff => StaffEvent::SCHEMA,
            Self::Department => DepartmentEvent::SCHEMA,
        }
    }
}

/// The schema and the datum of a payload, or why it cannot be read.
pub(super) async fn read<'p>(
    registry: &Registry,
    kind: Kind,
    payload: Option<&'p [u8]>,
) -> anyhow::Result<Result<(DocumentSchema, &'p [u8]), String>> {
    let Some(payload) = payload else {
        return Ok(Err("it has no value".to_owned()));
    };
    // Our decoder keeps within bounds whatever the bytes are; what it has read, others may read.
    let unreadable = match kind {
        Kind::Patient => why_unreadable::<AdtEvent>(registry, payload).await?,
        Kind::Staff => why_unreadable::<StaffEvent>(registry, payload).await?,
        Kind::Department => why_unreadable::<DepartmentEvent>(registry, payload).await?,
    };
    if let Some(why) = unreadable {
        return Ok(Err(why));
    }
    let (schema_id, datum) = wire::unframe(payload)?;
    let schema = registry.writer_schema(schema_id).await?;
    Ok(Ok((DocumentSchema::new(&schema)?, datum)))
}

async fn why_unreadable<E: Record>(
    registry: &Registry,
    payload: &[u8],
) -> anyhow::Result<Option<String>> {
    // Of the pseudonyms nothing is kept.
    let decoder = Decoder::<E>::new(registry.clone(), PseudonymKey::new(&[0; 32])?);
    match decoder.decode(payload).await {
        Ok(_) => Ok(None),
        Err(DecodeFailure::Data(error)) => Ok(Some(error.to_string())),
        Err(DecodeFailure::Infrastructure(error)) => Err(error.into()),
    }
}
