//! `batch-ingest once` as a process that is killed, at each step of a chunk and at any moment, and
//! started again: nothing is lost or doubled.

use std::process::Child;
use std::time::{Duration, Instant};

use proptest::test_runner::Config;
use rustix::process::Signal;
use tokio_postgres::Client;

use crate::books::assert_balanced;
use crate::contents::Contents;
use crate::data::{Data, dirty};
use crate::people;
use crate::place::Place;
use crate::process::{batch_ingest, signal, stderr};
use crate::random::Random;
use crate::staff;

/// Steps of a chunk, by the tables that they write; at a commit it has been sent when the process is
/// killed, and comes about.
const STEPS: [(&str, &str); 20] = [
    ("taken", "before insert on bronze.file for each statement"),
    (
        "quarantine",
        "before insert on ops.quarantine for each statement",
    ),
    (
        "swap",
        "before update on ops.file_progress for each statement",
    ),
    (
        "snapshots",
        "before insert on silver.patients for each statement",
    ),
    (
        "mended snapshots",
        "before delete on silver.patients for each statement",
    ),
    (
        "encounters",
        "before insert on silver.encounters for each statement",
    ),
    (
        "clinical lines",
        "before insert on silver.medications for each statement",
    ),
    (
        "vault",
        "before insert or update on vault.registered_patient for each statement",
    ),
    (
        "versions",
        "before insert on gold.dim_patient for each statement",
    ),
    (
        "admissions",
        "before insert on gold.fact_admission for each statement",
    ),
    (
        "facts",
        "before insert or update on gold.fact_charge for each statement",
    ),
    (
        "listed staff",
        "before insert on silver.staff for each statement",
    ),
    (
        "statements of staff",
        "before insert on silver.staff_statement for each statement",
    ),
    (
        "versions of staff",
        "before insert on gold.dim_staff for each statement",
    ),
    (
        "statements of departments",
        "before insert on silver.department_statement for each statement",
    ),
    (
        "people",
        "before insert on silver.people for each statement",
    ),
    (
        "people in the vault",
        "before insert on vault.person for each statement",
    ),
    (
        "registrations",
        "before insert on gold.fact_registration for each statement",
    ),
    (
        "commit of a chunk",
        "after update on ops.file_progress deferrable initially deferred for each row",
    ),
    (
        "commit of a file",
        "after insert on bronze.file deferrable initially deferred for each row",
    ),
];

/// A step that waits for a lock that the test holds, one time in four.
const WAIT: &str = "
    create function public.wait_here() returns trigger language plpgsql security definer as $$
    begin
        if random() < 0.25 then perform pg_advisory_xact_lock_shared(4711); end if;
        return null;
    end $$";

const IS_WAITING: &str =
    "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted";

/// Kills in the ordinary test, or those where property tests have more cases than by themselves.
fn kills(ordinary: usize) -> usize {
    if Config::default().cases > 256 {
        50
    } else {
        ordinary
    }
}

/// Extracts, and what the network sends.
fn deliver(place: &Place, data: &Data) {
    place.deliver(data, &data.files());
    let network = staff::delivery(&staff::FILES, "2026-03-01");
    people::with_some(network).land(place.landing());
}

async fn in_order(data: &Data) -> Contents {
    let place = Place::new().await;
    deliver(&place, data);
    place.once().await;
    place.contents().await
}

/// Where processes are killed.
struct Victim {
    place: Place,
    superuser: Client,
}

impl Victim {
    async fn new(data: &Data) -> Self {
        let place = Place::new().await;
        deliver(&place, data);
        let superuser = place.warehouse.superuser().await;
        superuser.batch_execute(WAIT).await.unwrap();
        Self { place, superuser }
    }

    fn start(&self) -> Child {
        batch_ingest(&self.place, &["once"]).spawn().unwrap()
    }

    /// Kills a process that waits within a step. Whether it came there before it ended.
    async fn kill_within(&self, step: &str) -> bool {
        let kind = if step.starts_with("after") {
            "constraint trigger"
        } else {
            "trigger"
        };
        let trigger = format!("create {kind} wait {step} execute function public.wait_here()");
        self.superuser.batch_execute(&trigger).await.unwrap();
        self.superuser
            .batch_execute("select pg_advisory_lock(4711)")
            .await
            .unwrap();
        let mut child = self.start();
        let waits = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success());
                break false;
            }
            if self.count(IS_WAITING).await > 0 {
                break true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        end(child);
        // The server goes on with what it was asked for, and finds nobody to tell.
        self.superuser
            .batch_execute("select pg_advisory_unlock(4711)")
            .await
            .unwrap();
        let table = step
            .split_whitespace()
            .find(|word| word.contains('.'))
            .unwrap();
        let drop = format!("drop trigger wait on {table}");
        self.superuser.batch_execute(&drop).await.unwrap();
        waits
    }

    /// Kills a process after some time, or asks it to end, unless it ended before.
    async fn end_after(&self, time: Duration, by: Signal) -> bool {
        let mut child = self.start();
        let until = Instant::now() + time;
        while Instant::now() < until {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        signal(&child, by);
        let status = child.wait().unwrap();
        // Who is asked tells that the work is not done, unless the last of it was.
        assert!(
            by == Signal::KILL || matches!(status.code(), Some(130 | 0)),
            "{status}"
        );
        !status.success()
    }

    async fn count(&self, sql: &str) -> i64 {
        self.superuser.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// What is left is loaded, and all is as if nothing had happened.
    async fn assert_whole(&self, expected: &Contents, how: &str) {
        let output = self.start().wait_with_output().unwrap();
        assert!(output.status.success(), "{how}: {}", stderr(&output));
        assert_balanced(&self.place.warehouse).await;
        self.place.contents().await.assert_same(expected, how);
        assert_eq!(self.place.left(), Vec::<String>::new(), "{how}");
        let archived = self.place.archived();
        let odd = archived
            .iter()
            .filter(|it| it.contains("partial") || it.contains("staging"));
        assert_eq!(odd.count(), 0, "{archived:?}");
    }
}

fn end(mut child: Child) {
    if child.try_wait().unwrap().is_none() {
        signal(&child, Signal::KILL);
    }
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_it_leaves_no_trace() {
    let data = dirty();
    let expected = in_order(data).await;
    let random = &mut Random::new(7);
    let mut steps = STEPS;
    random.shuffle(&mut steps);
    let wanted = kills(10);
    let (mut done, mut told) = (0, Vec::new());
    let mut victim = Victim::new(data).await;
    let mut on_victim = 0;
    for (number, (name, step)) in steps.iter().cycle().enumerate() {
        let is_killed = if number % 3 == 2 {
            let time = Duration::from_millis(30 + random.next() % 1_500);
            let by = [Signal::KILL, Signal::TERM][random.below(2)];
            told.push(format!("{by:?} after {time:?}"));
            victim.end_after(time, by).await
        } else {
            told.push((*name).to_owned());
            victim.kill_within(step).await
        };
        done += usize::from(is_killed);
        on_victim += 1;
        // A new one where all is loaded, so that steps of every kind come.
        if !is_killed || on_victim == 6 || done == wanted {
            println!("{told:?}");
            victim.assert_whole(&expected, &format!("{told:?}")).await;
            if done == wanted {
                return;
            }
            told.clear();
            on_victim = 0;
            victim = Victim::new(data).await;
        }
    }
}
