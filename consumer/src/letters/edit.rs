use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use clap::Args;
use database::letter::{self, Content};
use platform::codec::DocumentSchema;
use platform::kafka::Topic;
use platform::registry::Registry;
use serde_json::Value;
use uuid::Uuid;

use super::PlacesArgs;
use super::mail::Mail;
use super::show::{Kind, find, read};

/// Which letter is mended, and by what.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    places: PlacesArgs,
    /// Its id, as `list` tells it
    #[arg(value_name = "ID")]
    id: Uuid,
    /// The record as it is to be, a JSON object (- for standard input); without it $VISUAL or $EDITOR opens the
    /// record as it is
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Hold it against its schema, and send nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn edit(args: EditArgs) -> anyhow::Result<()> {
    let places = &args.places;
    let client = places.warehouse.connect().await?;
    let (letter, content) = find(&client, args.id).await?;
    anyhow::ensure!(
        matches!(letter.state.as_str(), "open" | "redriven"),
        "the letter is {}: there is nothing to mend",
        letter.state
    );
    let registry = Registry::new(&places.registry)?;
    let kind = Kind::of(&places.kafka, &letter.topic);
    let (schema, before) = match read(&registry, kind, content.payload.as_deref()).await? {
        Ok((schema, datum)) => {
            let before = schema.read(datum)?;
            (schema, Ok(before))
        }
        Err(why) => {
            let topic = match kind {
                Kind::Patient => Topic::Events,
                Kind::Staff => Topic::Staff,
                Kind::Department => Topic::Departments,
            };
            let subject = topic.name(&places.kafka.topic_prefix).value_subject();
            // Where nothing is sent, the registry is not written either.
            let schema_id = if args.dry_run {
                0
            } else {
                registry.register(&subject, kind.schema()).await?
            };
            (DocumentSchema::parse(schema_id, kind.schema())?, Err(why))
        }
    };
    let after = match (&args.from, &before) {
        (Some(file), _) => document(&text_of(file)?)?,
        (None, Ok(before)) => edited(before)?,
        (None, Err(why)) => anyhow::bail!(
            "its bytes are no record ({why}): write the record as it is to be, as JSON, and give it by --from FILE"
        ),
    };
    let payload = schema.write(&after)?;
    let mended = Content {
        key: key_of(kind, &after),
        payload: Some(payload),
    };
    if mended.payload == content.payload && mended.key == content.key {
        eprintln!("Nothing was changed, and nothing is sent. `redrive` sends a letter as it is.");
        return Ok(());
    }
    if args.dry_run {
        eprintln!("It is of its schema; nothing was sent.");
        return Ok(());
    }
    Mail::new(&places.kafka)
        .await?
        .send(&letter, &mended)
        .await?;
    letter::redriven(&client, &letter).await?;
    eprintln!("1 letter sent again, as it was mended");
    Ok(())
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin()
            .read_to_string(&mut text)
            .context("read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}

/// Where the JSON is none, its place is told and nothing of it.
fn document(text: &str) -> anyhow::Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        anyhow::anyhow!("no JSON: line {}, column {}", error.line(), error.column())
    })
}

/// The record as an editor leaves it. It lies in a folder of its own that nobody else can enter, and goes.
fn edited(before: &Value) -> anyhow::Result<Value> {
    let folder = tempfile::Builder::new()
        .prefix("wardflow-letter-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()?;
    let path = folder.path().join("record.json");
    fs::write(&path, format!("{before:#}\n"))?;
    let editor = ["VISUAL", "EDITOR"].iter().find_map(std::env::var_os);
    let editor: OsString = editor
        .filter(|editor| !editor.is_empty())
        .context("which editor? Set EDITOR, or give the record by --from FILE")?;
    let mut command = editor.clone();
    command.push(" \"$1\"");
    let status = Command::new("sh")
        .arg("-c")
        .arg(&command)
        .arg("sh")
        .arg(&path)
        .status()
        .context("start the editor")?;
    anyhow::ensure!(
        status.success(),
        "the editor ended with {status}: nothing is sent"
    );
    document(&fs::read_to_string(&path)?)
}

/// The key that the record's sender would give it.
fn key_of(kind: Kind, record: &Value) -> Option<Vec<u8>> {
    let hospital = record["hospital_code"].as_str()?;
    let id = record[kind.id_field()].as_str()?;
    Some(format!("{hospital}:{id}").into_bytes())
}
