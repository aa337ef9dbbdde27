//! `consumer dead-letters`: what rules refused, looked at, mended and sent again.
//!
//! A letter is a refused Kafka record, by its id in quarantine. It is sent again to the retry topic (a
//! statement to the topic that it came from) with a header that names it, and whoever loads that
//! record says in the same transaction what became of the letter. Nothing is lost on the way: a letter
//! that was sent twice is loaded once, as every record that comes twice.

mod edit;
mod list;
mod mail;
mod selection;
mod show;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use database::letter::{self, Refused, State};
use futures::future::join_all;
use platform::configuration::{KafkaArgs, RegistryArgs};
use tokio_postgres::Client;
use uuid::Uuid;

use edit::EditArgs;
use list::ListArgs;
use mail::Mail;
use selection::Chosen;
use show::ShowArgs;

use crate::warehouse::WarehouseArgs;

const EXAMPLES: &str = "\
Examples:
  consumer dead-letters list --rule ADT-006 --hospital ROSEBANK
  consumer dead-letters show 5f0e…                          what it holds; identity by its shape
  consumer dead-letters edit 5f0e…                          mend it in $EDITOR, and send it again
  consumer dead-letters redrive --rule ADT-007 --dry-run    what would be sent again
  consumer dead-letters discard 5f0e…                       nobody wants it";

/// Letters that are on their way to Kafka at once: each may hold two megabytes.
const PORTION: usize = 20;

/// What is done with letters.
#[derive(Debug, Subcommand)]
#[command(before_help = EXAMPLES)]
pub(crate) enum Letters {
    /// List letters, the oldest first
    List(ListArgs),
    /// Show a letter: where it came from, why it was refused, what it holds
    Show(ShowArgs),
    /// Mend a letter as JSON, and send it again
    Edit(EditArgs),
    /// Send letters again as they are, after what refused them was mended
    Redrive(RedriveArgs),
    /// Note that letters are not wanted; they stay in bronze
    Discard(DiscardArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RedriveArgs {
    #[command(flatten)]
    warehouse: WarehouseArgs,
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    chosen: Chosen,
    /// Also those that were sent again and have not come
    #[arg(long)]
    again: bool,
    /// Only tell which
    #[arg(long)]
    dry_run: bool,
    /// Tell them as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DiscardArgs {
    #[command(flatten)]
    warehouse: WarehouseArgs,
    #[command(flatten)]
    chosen: Chosen,
    /// Only tell which
    #[arg(long)]
    dry_run: bool,
    /// Tell them as JSON
    #[arg(long)]
    json: bool,
}

/// Does what is asked for.
pub(crate) async fn execute(letters: Letters) -> anyhow::Result<()> {
    match letters {
        Letters::List(args) => list::list(args).await,
        Letters::Show(args) => show::show(args).await,
        Letters::Edit(args) => edit::edit(args).await,
        Letters::Redrive(args) => redrive(args).await,
        Letters::Discard(args) => discard(args).await,
    }
}

async fn redrive(args: RedriveArgs) -> anyhow::Result<()> {
    let client = args.warehouse.connect().await?;
    let states = [State::Open, State::Redriven];
    let states = if args.again {
        &states[..]
    } else {
        &states[..1]
    };
    let letters = args.chosen.find(&client, states).await?;
    if !args.dry_run && !letters.is_empty() {
        let mail = Mail::new(&args.kafka).await?;
        let found = letters.len();
        let mut sent = Vec::with_capacity(found);
        for portion in letters.chunks(PORTION) {
            let outcomes =
                join_all(portion.iter().map(|letter| send(&client, &mail, letter))).await;
            for (letter, outcome) in portion.iter().zip(outcomes) {
                match outcome {
                    Ok(()) => sent.push(letter.clone()),
                    // The others go all the same.
                    Err(error) => tracing::error!("{error:#}"),
                }
            }
        }
        list::tell((&sent, args.json), "sent again")?;
        anyhow::ensure!(
            sent.len() == found,
            "{} letters were not sent",
            found - sent.len()
        );
        return Ok(());
    }
    list::tell((&letters, args.json), verb(args.dry_run, "sent again"))
}

async fn send(client: &Client, mail: &Mail, letter: &Refused) -> anyhow::Result<()> {
    let id = letter.quarantine_id;
    let content = letter::content(client, id).await?;
    let content = content.with_context(|| format!("letter {id} is not there any more"))?;
    mail.send(letter, &content).await?;
    letter::redriven(client, letter).await?;
    Ok(())
}

async fn discard(args: DiscardArgs) -> anyhow::Result<()> {
    let client = args.warehouse.connect().await?;
    let from = [State::Open, State::Redriven];
    let letters = args.chosen.find(&client, &from).await?;
    if !args.dry_run {
        let ids: Vec<Uuid> = letters.iter().map(|letter| letter.quarantine_id).collect();
        letter::change(&client, &ids, (&from, State::Discarded)).await?;
    }
    list::tell((&letters, args.json), verb(args.dry_run, "discarded"))
}

fn verb(is_dry_run: bool, done: &'static str) -> &'static str {
    if is_dry_run { "chosen" } else { done }
}

/// Where letters are sent to, and how their schemas are found.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlacesArgs {
    #[command(flatten)]
    warehouse: WarehouseArgs,
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    registry: RegistryArgs,
}
