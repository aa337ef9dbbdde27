//! `simulation run`: real or synthetic events from the producer through Kafka and the consumer, and the
//! hospitals' daily extracts through the batch ingester, into the warehouse, and the proof that all of
//! them are there.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use consumer::{Limits, Settings, Until};
use database::simulation::{Epoch, Scenario};
use domain::extract::{Sender, sent_by};
use domain::network::Network;
use generators::command::scenario::FlowArgs;
use producer::destination::Destination;
use producer::progress::Progress;
use producer::replay::{Format, Replay, ReplayArgs, replay_extract};
use producer::resumption::Resume;
use producer::simulated::{CountedFlow, RunArgs as FlowRunArgs, send};
use producer::speed::Speed;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::epoch::run_name;
use crate::extracts::{self, Extracts, Folders};
use crate::hospitals::Hospitals;
use crate::report::report;
use crate::score::score_of;
use crate::summary::Summary;
use crate::view::{Days, Deliveries, View, Watched};

/// What to run.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// Where the events come from
    #[arg(long, value_enum, default_value = "synthetic")]
    pub(crate) source: SourceKind,
    /// Folder of the extract, with --source mimic
    #[arg(long, value_name = "DIR", required_if_eq("source", "mimic"))]
    pub(crate) dir: Option<PathBuf>,
    /// Which synthetic events.
    #[command(flatten)]
    pub(crate) flow: FlowArgs,
    /// Simulated seconds in a second, or max: no waiting
    #[arg(
        long,
        value_name = "N|max",
        env = "SIMULATION_SPEED",
        default_value = "max"
    )]
    pub(crate) speed: Speed,
    /// Write a report on the quality of the data, and pictures, into the folder `report` of the home
    #[arg(long)]
    pub(crate) report: bool,
    /// Delete the private services' data first
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Tell what happened as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the events of a run come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SourceKind {
    /// Simulated: the patients of seven invented hospitals
    Synthetic,
    /// A MIMIC-III extract
    Mimic,
}

pub(crate) const INTERRUPTED: &str =
    "interrupted; run it again: nothing is lost, and nothing will be there twice";

/// Runs the main job. Events that the warehouse has received before are not sent again, nor extracts
/// delivered that it has taken.
pub(crate) async fn run(
    args: &RunArgs,
    folders: &Folders,
    addresses: &Addresses,
    epoch: &Epoch,
) -> anyhow::Result<Summary> {
    let shutdown = &epoch.ending;
    let flow = match args.source {
        SourceKind::Synthetic => Some(CountedFlow::new(&args.flow, shutdown)),
        SourceKind::Mimic => None,
    };
    if shutdown.is_cancelled() {
        bail!("{INTERRUPTED}");
    }
    let flow = flow.transpose()?;
    let (steps, told) = mpsc::unbounded_channel();
    let mut progress = Progress::told_to(steps);
    if let Some(flow) = &flow
        && args.flow.scenario.network.is_some()
    {
        seed(&flow.simulation.scenario().network, addresses).await?;
    }
    let extracts = match &flow {
        Some(flow) => prepare(flow, args, folders, addresses, shutdown).await?,
        None => None,
    };
    let loading = shutdown.child_token();
    let consumed = watch::Sender::default();
    let watched = watched(
        args,
        flow.as_ref(),
        extracts.as_ref(),
        consumed.subscribe(),
        addresses,
    )?;
    let consuming = consumer::run_telling(settings(addresses)?, loading.clone(), consumed);
    let consumer = tokio::spawn(consuming);
    let hospitals = extracts
        .map(|extracts| Hospitals::open(extracts, folders, addresses, progress.clock(), &loading))
        .transpose()?;
    let view = View::open(watched, &progress, told);
    let sent = tokio::select! {
        sent = produce(args, flow.as_ref(), addresses, epoch, &mut progress) => sent,
        () = ended(&consumer) => Err(anyhow::anyhow!("the consumer ended")),
        () = ended_of(hospitals.as_ref()) => Err(anyhow::anyhow!("the batch ingester ended")),
    };
    let complete = match &sent {
        Ok(_) => {
            let kafka = addresses.kafka()?;
            tokio::select! {
                complete = consumer::loaded_to_end(&kafka, &addresses.loader_url, shutdown) => {
                    complete.context("wait for the warehouse")
                }
                // Why it did is told below.
                () = ended(&consumer) => Ok(false),
            }
        }
        Err(_) => Ok(false),
    };
    let taken = match hospitals {
        Some(hospitals) if sent.is_ok() => Some(hospitals.finish(shutdown).await),
        Some(hospitals) => Some(hospitals.stop().await),
        None => None,
    };
    view.end(sent.is_ok() && matches!(complete, Ok(true))).await;
    loading.cancel();
    let consumed = consumer
        .await
        .context("the consumer")?
        .context("the consumer failed")?;
    if sent.is_err() && shutdown.is_cancelled() {
        bail!("{INTERRUPTED}");
    }
    let sent = sent?;
    let taken = taken.transpose()?;
    // What was sent before a signal may be loaded, and is still not all of it.
    if !complete? || shutdown.is_cancelled() {
        bail!("{INTERRUPTED}");
    }
    let dirty = flow.filter(|it| !it.simulation.scenario().faults.are_zero());
    let score = match dirty {
        Some(flow) => Some(score_of(&flow, args.flow.length(), folders, addresses).await?),
        None => None,
    };
    let mut summary = Summary::of(sent, (consumed, taken), score, addresses).await?;
    if args.report {
        summary.written = Some(report(&folders.report, summary.score.as_ref(), addresses).await?);
    }
    Ok(summary)
}

/// What there is to see of a run.
fn watched(
    args: &RunArgs,
    flow: Option<&CountedFlow>,
    extracts: Option<&Extracts>,
    consumed: watch::Receiver<consumer::Summary>,
    addresses: &Addresses,
) -> anyhow::Result<Watched> {
    let count = extracts::days(args.flow.length());
    let scenario = flow.map(|flow| flow.simulation.scenario());
    let days = scenario.and_then(|scenario| {
        let first_hospital = scenario.network.hospitals.first()?;
        Some(Days {
            first: scenario.start,
            count,
            zone: first_hospital.time_zone,
        })
    });
    let deliveries = match (flow, count, extracts) {
        (Some(flow), Some(count), Some(extracts)) => Some(Deliveries {
            files: sent_by(Sender::Hospital).count() as u64,
            of_network: sent_by(Sender::Network).count() as u64,
            total: extracts::wanted(&flow.simulation, count)?.len() as u64,
            due: extracts.due().collect(),
            taken_before: extracts.taken_before(),
        }),
        _ => None,
    };
    Ok(Watched {
        days,
        consumed,
        deliveries,
        loader_url: addresses.loader_url.clone(),
        kafka: addresses.kafka()?,
    })
}

/// The extracts of a run of whole days.
async fn prepare(
    flow: &CountedFlow,
    args: &RunArgs,
    folders: &Folders,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<Option<Extracts>> {
    let Some(days) = extracts::days(args.flow.length()) else {
        return Ok(None);
    };
    let simulation = &flow.simulation;
    let extracts = Extracts::prepare(simulation, days, folders, addresses, shutdown).await;
    if shutdown.is_cancelled() {
        bail!("{INTERRUPTED}");
    }
    extracts.map(Some)
}

/// Waits until the ingester has ended by itself; without one for ever.
async fn ended_of(hospitals: Option<&Hospitals>) {
    match hospitals {
        Some(hospitals) => hospitals.ended().await,
        None => std::future::pending().await,
    }
}

/// Waits until a service has ended by itself, which it does only in failure.
pub(crate) async fn ended<T>(service: &tokio::task::JoinHandle<T>) {
    while !service.is_finished() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

fn settings(addresses: &Addresses) -> anyhow::Result<Settings> {
    Ok(Settings {
        kafka: addresses.kafka()?,
        registry: addresses.registry(),
        database_url: addresses.loader_url.clone(),
        key: addresses.key()?,
        lanes: 2,
        group_instance_id: None,
        limits: Limits::default(),
        until: Until::Shutdown,
    })
}

/// Sends the events of a flow, or of the extract; `None` where the warehouse has received all of them
/// before.
async fn produce(
    args: &RunArgs,
    flow: Option<&CountedFlow>,
    addresses: &Addresses,
    epoch: &Epoch,
    progress: &mut Progress,
) -> anyhow::Result<Option<Replay>> {
    let destination = Destination {
        kafka: addresses.kafka()?,
        registry: addresses.registry(),
        partitions: platform::kafka::PARTITIONS_DEFAULT,
    };
    let Some(flow) = flow else {
        return produce_extract(args, destination, addresses, epoch, progress).await;
    };
    let scenario = flow.simulation.scenario();
    let received = received(scenario.flow_name(), flow.events, addresses).await?;
    if received == flow.events {
        return Ok(None);
    }
    let run = FlowRunArgs {
        stay: false,
        flow: args.flow.clone(),
        speed: args.speed,
        resume: resume_after(received),
        destination,
    };
    let transmission = send(flow, &run, Some(epoch), progress, &epoch.ending).await?;
    Ok(Some(Replay {
        transmission,
        refused_rows: Vec::new(),
        open_encounters: 0,
    }))
}

async fn produce_extract(
    args: &RunArgs,
    destination: Destination,
    addresses: &Addresses,
    epoch: &Epoch,
    progress: &mut Progress,
) -> anyhow::Result<Option<Replay>> {
    let dir = args.dir.clone().context("--dir is missing")?;
    let extract = producer::mimic::Extract::read(&dir)?;
    let run = producer::run_name::of_extract("mimic", extract.events())?;
    let events = extract.event_count() as u64;
    let received = received(run, events, addresses).await?;
    if events > 0 && received == events {
        return Ok(None);
    }
    let replay = ReplayArgs {
        format: Format::Mimic,
        dir,
        speed: args.speed,
        strict: false,
        resume: resume_after(received),
        destination,
    };
    epoch
        .announce(&Scenario::default(), args.speed.times())
        .await?;
    let sent = replay_extract(&extract, &replay, Some(epoch), progress, &epoch.ending).await?;
    Ok(Some(sent))
}

/// Brings in the hospitals of the run's own network, so that none of their events is refused.
async fn seed(network: &Network, addresses: &Addresses) -> anyhow::Result<()> {
    let mut client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    database::seed::seed(&mut client, network).await?;
    Ok(())
}

/// What the events of a run may follow of which the warehouse has received so many.
///
/// Runs follow each other in one topic, so its end says nothing against another one. Of a run of
/// which the warehouse knows nothing all is sent: what the topic has of it may have been removed in
/// part before this warehouse was there.
fn resume_after(received: u64) -> Resume {
    if received == 0 {
        Resume::Never
    } else {
        Resume::OrAppend
    }
}

/// How many of a run's first `events` the warehouse has received.
async fn received(run: String, events: u64, addresses: &Addresses) -> anyhow::Result<u64> {
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let run = run_name(&client, run).await?;
    let events = i64::try_from(events).context("the number of events")?;
    let received = database::report::received_of_run(&client, &run, events).await?;
    Ok(u64::try_from(received)?)
}
