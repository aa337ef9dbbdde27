//! A run that is killed at any moment and started again, with services that live on: events, staff and
//! extracts are there once, whatever was in flight.

use std::time::{Duration, Instant};

use proptest::test_runner::Config;
use rustix::process::Signal;
use serde_json::Value;

use super::command::{Running, Said, simulation, small_network};
use super::home::TestHome;
use super::random::Random;
use super::warehouse::Warehouse;

/// Kills in the ordinary test, or those where property tests have more cases than by themselves.
fn kills() -> usize {
    if Config::default().cases > 256 {
        50
    } else {
        10
    }
}

/// Three days of the small hospital.
struct Run {
    warehouse: Warehouse,
    home: TestHome,
}

impl Run {
    async fn new() -> Self {
        Self {
            warehouse: Warehouse::new().await,
            home: TestHome::new(),
        }
    }

    fn command(&self, speed: &str) -> std::process::Command {
        let arguments = ["run", "--days", "3", "--network", small_network()];
        let mut command = simulation(&self.home, &arguments);
        command.args(["--speed", speed, "--json"]);
        command.envs(self.warehouse.environment());
        command
    }

    fn to_the_end(&self) -> Value {
        let json = Said::of(&self.command("max").output().unwrap()).json();
        assert_eq!(json["verification"]["green"], true, "{json}");
        json
    }

    /// Whether it still ran then.
    fn kill_after(&self, time: Duration, speed: &str) -> bool {
        let mut run = Running::spawn(self.command(speed));
        let until = Instant::now() + time;
        while Instant::now() < until && !run.has_ended() {
            std::thread::sleep(Duration::from_millis(2));
        }
        if !run.has_ended() {
            run.signal(Signal::KILL);
        }
        run.end().code.is_none()
    }
}

/// The counts of a layer's tables.
fn rows_of(json: &Value, layer: &str) -> Vec<(String, Value)> {
    let rows = json["rows"].as_object().unwrap().iter();
    let of_layer = rows.filter(|(table, _)| table.starts_with(layer));
    of_layer
        .map(|(table, count)| (table.clone(), count.clone()))
        .collect()
}

#[tokio::test]
async fn killed_at_any_moment_it_goes_on_where_it_was() {
    let undisturbed = Run::new().await.to_the_end();
    let random = &mut Random(11);
    let mut killed = 0;
    while killed < kills() {
        let run = Run::new().await;
        let mut told = Vec::new();
        // A new warehouse now and then, so that kills come early and late.
        for _ in 0..5 {
            let time = Duration::from_millis(100 + random.below(3_000) as u64);
            // Three days in four seconds, or as fast as can be.
            let speed = ["64800", "max"][random.below(2)];
            told.push((speed, time));
            killed += usize::from(run.kill_after(time, speed));
        }
        let json = run.to_the_end();
        assert_eq!(json["digest"], undisturbed["digest"], "{told:?}");
        // What was in flight may have come twice: bronze and ops say so.
        for layer in ["silver.", "gold.", "vault."] {
            let rows = |json: &Value| rows_of(json, layer);
            assert_eq!(rows(&json), rows(&undisturbed), "{told:?}");
        }
    }
}
