//! The nine days by separate services, each of which is killed now and then, with the days' files in
//! whatever order: what `simulation run` makes of them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio_util::sync::CancellationToken;

use super::command::FOREIGN;
use super::home::TestHome;
use super::network_files;
use super::nine_days::DIGEST;
use super::random::Random;
use super::warehouse::{Warehouse, demo_key_file};

/// A program of the platform beside this test's.
fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_simulation")).with_file_name(name)
}

/// The services around a warehouse.
struct Services {
    warehouse: Warehouse,
    home: TestHome,
}

impl Services {
    async fn new() -> Self {
        let (warehouse, home) = (Warehouse::new().await, TestHome::new());
        fs::create_dir_all(home.folder().join("landing")).unwrap();
        Self { warehouse, home }
    }

    fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program(name));
        command.args(arguments).current_dir(self.home.folder());
        for variable in FOREIGN {
            command.env_remove(variable);
        }
        command
            .envs(self.warehouse.environment())
            .env("PSEUDONYM_KEY_FILE", demo_key_file())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(self.log(name));
        command
    }

    /// What a program says, over all of its lives.
    fn log(&self, name: &str) -> File {
        let path = self.home.folder().join(format!("{name}.log"));
        let mut options = File::options();
        options.create(true).append(true).open(path).unwrap()
    }

    /// None has ended that nobody ended.
    fn assert_alive(&self, services: [(&str, &mut Child); 2]) {
        for (name, child) in services {
            if let Some(status) = child.try_wait().unwrap() {
                let log = self.home.folder().join(format!("{name}.log"));
                let log = fs::read_to_string(log).unwrap();
                panic!("{name} ended: {status}: {:?}", log.lines().last());
            }
        }
    }

    fn producer(&self, speed: &str) -> Child {
        let arguments = ["run", "--days", "9", "--speed", speed];
        self.command("producer", &arguments).spawn().unwrap()
    }

    fn consumer(&self) -> Child {
        self.command("consumer", &["run"]).spawn().unwrap()
    }

    fn ingester(&self) -> Child {
        let arguments = ["run", "--dir", "landing", "--archive", "archive"];
        let often = ["--interval-minutes", "0.02", "--settle-seconds", "0"];
        let mut command = self.command("batch-ingest", &[&arguments[..], &often].concat());
        command.spawn().unwrap()
    }

    /// Moves the folder of a day, with all hospitals, into the landing folder.
    fn deliver(&self, data: &Path, day: &str) {
        let to = self.home.folder().join("landing").join(day);
        fs::rename(data.join("ehr").join(day), to).unwrap();
    }

    /// Whether nothing is left in the landing folder.
    fn is_all_taken(&self) -> bool {
        let landing = self.home.folder().join("landing");
        fs::read_dir(&landing).unwrap().next().is_none()
    }
}

fn signal(child: &Child, by: Signal) {
    let process = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(process, by).unwrap();
}

/// Ends a service in order, as an operator does.
fn end(mut child: Child) {
    signal(&child, Signal::TERM);
    let status = child.wait().unwrap();
    assert!(matches!(status.code(), Some(0 | 130)), "{status}");
}

fn kill(child: &mut Child) {
    // One that has ended needs no signal.
    if child.try_wait().unwrap().is_none() {
        signal(child, Signal::KILL);
    }
    child.wait().unwrap();
}

/// The nine days at a speed, with their files in an order; what is killed meanwhile goes on.
async fn nine_days(speed: &str, order: &[usize], random: &mut Random) {
    let services = Services::new().await;
    let data = services.home.folder().join("data");
    let mut generators = services.command("generators", &["all", "--days", "9", "--out", "data"]);
    assert!(generators.status().unwrap().success());
    let mut days: Vec<String> = fs::read_dir(data.join("ehr"))
        .unwrap()
        .map(|day| day.unwrap().file_name().into_string().unwrap())
        .collect();
    days.sort();
    assert_eq!(days.len(), order.len());

    let (mut producer, mut consumer) = (services.producer(speed), services.consumer());
    let mut ingester = services.ingester();
    let of_network = random.below(order.len());
    for (place, day) in order.iter().enumerate() {
        if place == of_network {
            network_files::deliver(&data, &services.home.folder().join("landing"));
        }
        services.deliver(&data, &days[*day]);
        tokio::time::sleep(Duration::from_millis(random.below(2_000) as u64)).await;
        match random.below(3) {
            0 => {
                kill(&mut producer);
                producer = services.producer(speed);
            }
            1 => {
                kill(&mut consumer);
                consumer = services.consumer();
            }
            _ => {
                kill(&mut ingester);
                ingester = services.ingester();
            }
        }
    }
    assert!(producer.wait().unwrap().success());
    let (warehouse, shutdown) = (&services.warehouse, CancellationToken::new());
    let loaded = consumer::loaded_to_end(&warehouse.kafka, &warehouse.loader_url, &shutdown);
    let mut loaded = std::pin::pin!(loaded);
    let mut is_loaded = false;
    while !is_loaded || !services.is_all_taken() {
        services.assert_alive([("consumer", &mut consumer), ("batch-ingest", &mut ingester)]);
        let soon = tokio::time::sleep(Duration::from_millis(50));
        tokio::select! {
            done = &mut loaded, if !is_loaded => is_loaded = done.unwrap(),
            () = soon => {}
        }
    }
    end(consumer);
    end(ingester);
    warehouse.assert_green().await;
    assert_eq!(warehouse.digest().await, DIGEST, "{speed}, {order:?}");
}

#[tokio::test]
async fn killed_services_make_the_same_nine_days_of_files_in_any_order() {
    let mut random = Random(5);
    let in_order: Vec<usize> = (0..9).collect();
    let mut shuffled = in_order.clone();
    for place in (1..shuffled.len()).rev() {
        shuffled.swap(place, random.below(place + 1));
    }
    let reversed = in_order.iter().rev().copied().collect();
    for (speed, order) in [("50000", shuffled), ("max", reversed), ("max", in_order)] {
        nine_days(speed, &order, &mut random).await;
    }
}
