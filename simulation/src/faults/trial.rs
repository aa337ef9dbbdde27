//! One run of a campaign.

use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::bail;
use database::fault::{Fault, VARIABLE};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use super::deed::{Deed, Harm, Target};
use super::member::{Life, Member};
use super::plan::Plan;
use super::stage::{Expected, Stage};

/// How often members are looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long a member may take to end: longer than a consumer has for its last batch.
const PATIENCE_AT_END: Duration = Duration::from_secs(40);

/// For how long a member stands that a fault stopped.
const STANDS: Duration = Duration::from_millis(300);

/// How a run went.
pub(super) struct Outcome {
    pub(super) seed: u64,
    /// What was done, and when.
    pub(super) done: Vec<(Duration, Deed)>,
    /// Point and act of each fault that happened inside a batch.
    pub(super) happened: Vec<(String, String)>,
    took: Duration,
    digest: String,
    /// Why it is not right.
    pub(super) failure: Option<String>,
}

/// A run that is under way.
pub(super) struct Trial<'s> {
    stage: &'s Stage,
    plan: Plan,
    warehouse: String,
    members: Vec<Member>,
    began: Instant,
    done: Vec<(Duration, Deed)>,
}

impl<'s> Trial<'s> {
    /// Runs it. An error is one of the campaign's own; what the run did wrong is in its outcome.
    pub(super) async fn run(
        stage: &'s Stage,
        seed: u64,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Outcome> {
        let plan = Plan::of(seed, stage.load.stretch());
        let warehouse = stage.warehouse(&format!("run_{seed}")).await?;
        let folder = stage.folder_of(&warehouse)?;
        let names = (0..plan.consumers).map(|number| format!("consumer-{number}"));
        let names = names.chain(["batch-ingest".to_owned()]);
        let members = names.map(|name| Member::new(name, &folder)).collect();
        let mut trial = Self {
            stage,
            plan,
            warehouse,
            members,
            began: Instant::now(),
            done: Vec::new(),
        };
        let proved = tokio::select! {
            proved = trial.play() => proved,
            () = shutdown.cancelled() => bail!("interrupted"),
        };
        let took = trial.began.elapsed();
        let happened = trial
            .members
            .iter()
            .flat_map(|it| happened(&it.said()))
            .collect();
        let (digest, failure) = match proved {
            Ok(found) => {
                stage.drop_warehouse(&trial.warehouse).await?;
                (found.digest, None)
            }
            Err(error) => {
                let kept = stage.keep(&trial.warehouse)?;
                let failure = format!("{error:#}; what its members said is in {}", kept.display());
                (String::new(), Some(failure))
            }
        };
        Ok(Outcome {
            seed,
            done: trial.done,
            happened,
            took,
            digest,
            failure,
        })
    }

    async fn play(&mut self) -> anyhow::Result<Expected> {
        let played = self.load().await;
        // Whatever it was, the next run finds all services in order.
        let ended = self.end().await;
        played?;
        ended?;
        let proof = self.stage.prove(&self.warehouse).await?;
        if !proof.failed.is_empty() {
            bail!("{}", proof.failed.join("; "));
        }
        if proof.found != self.stage.expected {
            bail!("{:?} is not {:?}", proof.found, self.stage.expected);
        }
        Ok(proof.found)
    }

    /// Plays the plan until all is loaded.
    async fn load(&mut self) -> anyhow::Result<()> {
        for number in 0..self.members.len() {
            self.start(number)?;
        }
        let mut steps = std::mem::take(&mut self.plan.steps).into_iter().peekable();
        let mut next_at = Instant::now() + steps.peek().map_or(Duration::ZERO, |(after, _)| *after);
        let mut asked_at = Instant::now();
        let mut client = None;
        loop {
            let patience = self.stage.load.patience();
            if self.began.elapsed() > patience {
                bail!("not all is loaded after {patience:?}");
            }
            for number in 0..self.members.len() {
                self.tend(number)?;
            }
            if steps.peek().is_some() && Instant::now() >= next_at {
                if let Some((_, deed)) = steps.next() {
                    self.done.push((self.began.elapsed(), deed));
                    self.apply(deed).await?;
                }
                let after = steps.peek().map_or(Duration::ZERO, |(after, _)| *after);
                next_at = Instant::now() + after;
            }
            if asked_at.elapsed() > self.stage.load.ask() {
                asked_at = Instant::now();
                if self.is_loaded(&mut client).await {
                    return Ok(());
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Lets who ended begin again, and who stands go on, when it is time.
    fn tend(&mut self, number: usize) -> anyhow::Result<()> {
        let member = &mut self.members[number];
        let life = member.look()?;
        match (life, member.due) {
            (Some(Life::Runs), Some(due)) if Instant::now() >= due => member.due = None,
            (Some(Life::Stands), None) => member.due = Some(Instant::now() + STANDS),
            (Some(Life::Stands), Some(due)) if Instant::now() >= due => member.signal(Signal::CONT),
            (Some(Life::Killed | Life::Ended), _) => {
                let away = self.plan.away(number, member.lives);
                member.due = Some(Instant::now() + away);
            }
            (None, Some(due)) if Instant::now() >= due => self.start(number)?,
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, number: usize) -> anyhow::Result<()> {
        let faults = self.plan.faults(number, self.members[number].lives);
        let mut command = if number < self.plan.consumers {
            self.consumer(number)?
        } else {
            self.ingester()?
        };
        if !faults.is_empty() {
            let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
            command.env(VARIABLE, told.join(","));
        }
        self.members[number].start(command)
    }

    fn consumer(&self, number: usize) -> anyhow::Result<Command> {
        let mut command = self.stage.program("consumer", Some(&self.warehouse))?;
        let name = format!("consumer-{number}");
        command
            .args(["run", "--lanes", "2", "--batch-wait-ms", "20"])
            .args(["--batch-rows", self.stage.load.batch_rows()])
            .args(["--group-instance-id", &name]);
        Ok(command)
    }

    fn ingester(&self) -> anyhow::Result<Command> {
        let mut command = self.stage.program("batch-ingest", Some(&self.warehouse))?;
        command.args(["run", "--keep", "--interval-minutes", "0.02"]);
        Ok(command)
    }

    async fn apply(&mut self, deed: Deed) -> anyhow::Result<()> {
        match deed {
            Deed::Kill(number) => self.members[number].signal(Signal::KILL),
            Deed::Leave(number) => self.members[number].signal(Signal::TERM),
            Deed::Freeze(number, time) => {
                self.members[number].signal(Signal::STOP);
                self.members[number].due = Some(Instant::now() + time);
            }
            Deed::Cut => self.cut().await?,
            Deed::Harm(target, harm) => self.harm(target, harm).await?,
        }
        Ok(())
    }

    /// Ends all sessions in the run's warehouse.
    async fn cut(&self) -> anyhow::Result<()> {
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = $1 and application_name <> 'wardflow faults'";
        self.stage
            .superuser()
            .await?
            .query(sql, &[&self.warehouse])
            .await?;
        Ok(())
    }

    async fn harm(&self, target: Target, harm: Harm) -> anyhow::Result<()> {
        /// The same for every service.
        macro_rules! harmed {
            ($service:expr) => {
                if let Some(service) = &$service {
                    match harm {
                        Harm::Kill => {
                            service.kill()?;
                            service.restart().await?;
                        }
                        Harm::Restart => service.restart().await?,
                        Harm::Pause(time) => {
                            service.pause()?;
                            tokio::time::sleep(time).await;
                            service.resume()?;
                        }
                    }
                }
            };
        }
        let services = &self.stage.services;
        match target {
            Target::Postgres => harmed!(services.postgres),
            Target::Kafka => harmed!(services.kafka),
            Target::Registry => harmed!(services.registry),
        }
        Ok(())
    }

    /// Whether all is in the warehouse; one that does not answer holds not all yet.
    async fn is_loaded(&self, client: &mut Option<Client>) -> bool {
        if client.is_none() {
            let connected = self.stage.connect(&self.warehouse, "wardflow_loader");
            *client = connected.await.ok();
        }
        let Some(connected) = client else {
            return false;
        };
        let Ok((records, files)) = self.stage.loaded(connected).await else {
            *client = None;
            return false;
        };
        let expected = &self.stage.expected;
        records >= expected.records && files >= expected.files
    }

    /// Ends all members, in order.
    async fn end(&mut self) -> anyhow::Result<()> {
        for member in &mut self.members {
            member.end(PATIENCE_AT_END).await?;
        }
        Ok(())
    }
}

/// Point and act of each fault of which a log of JSON tells that it happened.
fn happened(log: &str) -> Vec<(String, String)> {
    let told = log.lines().filter_map(|line| {
        let event: Value = serde_json::from_str(line).ok()?;
        let fields = event.get("fields").unwrap_or(&event);
        let is_it = fields.get("message")?.as_str()? == "a fault happens";
        let word = |name: &str| Some(fields.get(name)?.as_str()?.to_owned());
        is_it.then_some((word("point")?, word("act")?))
    });
    told.collect()
}

impl Outcome {
    pub(super) fn to_json(&self) -> Value {
        let done = self.done.iter();
        let done = done
            .map(|(at, deed)| json!({ "at_seconds": at.as_secs_f64(), "deed": deed.to_string() }));
        let happened = self
            .happened
            .iter()
            .map(|(point, act)| format!("{point}:{act}"));
        json!({
            "seed": self.seed,
            "is_right": self.failure.is_none(),
            "failure": self.failure,
            "digest": self.digest,
            "took_seconds": self.took.as_secs_f64(),
            "done": done.collect::<Vec<_>>(),
            "happened": happened.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, took, .. } = self;
        write!(formatter, "run {seed}: ")?;
        match &self.failure {
            None => write!(formatter, "{}", &self.digest[..16.min(self.digest.len())])?,
            Some(failure) => write!(formatter, "FAILED: {failure}")?,
        }
        write!(formatter, ", {:.1} s;", took.as_secs_f64())?;
        for (at, deed) in &self.done {
            write!(formatter, " {:.1} s {deed},", at.as_secs_f64())?;
        }
        write!(formatter, " inside batches:")?;
        if self.happened.is_empty() {
            write!(formatter, " nothing")?;
        }
        for (point, act) in &self.happened {
            write!(formatter, " {point}:{act}")?;
        }
        Ok(())
    }
}
