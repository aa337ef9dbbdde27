//! `simulation up` and `down`, and what other commands do meanwhile.

use rustix::process::{Pid, Signal, kill_process};

use super::command::{Running, Said, say, simulation};
use super::home::TestHome;
use super::process::{eventually, of_home};

#[test]
fn services_are_kept_for_other_commands_until_down() {
    let home = TestHome::new();
    ctrl_c_while_they_start_leaves_nothing(&home);
    a_killed_supervisor_takes_all_with_it(&home);
    a_service_that_dies_ends_the_others(&home);
    let up = say(&home, &["up"]);
    let told = "PostgreSQL, Kafka and the schema registry are up.";
    assert!(up.assert_done().out.contains(told), "{up:?}");
    let kept = home.kept();
    let again = say(&home, &["up"]);
    let supervisor = home.text_of("supervisor.pid");
    let told = format!("already up (process {})", supervisor.trim());
    assert!(again.assert_done().out.contains(&told), "{again:?}");

    let run = say(&home, &["run", "--events", "500", "--json"]);
    assert_eq!(run.json()["rows"]["silver.adt_record"], 500);
    assert!(run.err.contains("using services that are already running"));
    let fresh = say(&home, &["run", "--events", "500", "--fresh"]);
    let refusal = fresh.refusal();
    assert!(
        refusal.contains("first: ./wardflow simulation down"),
        "{refusal}"
    );
    exit_codes_are_passed_on(&home);
    a_command_ends_with_exec(&home);
    a_command_hears_of_a_signal_once(&home);
    a_wrong_password_is_refused(&home);
    let doctor = say(&home, &["doctor"]);
    let told = format!("services are up in {}", home.path().display());
    assert!(doctor.assert_done().out.contains(&told), "{doctor:?}");
    assert_eq!(home.kept(), kept);

    assert_eq!(say(&home, &["down"]).assert_done().out, "stopped\n");
    home.assert_nothing_runs();
    let again = say(&home, &["down"]);
    assert!(again.assert_done().out.starts_with("nothing is running in"));
    let doctor = say(&home, &["doctor"]);
    assert!(doctor.assert_done().out.contains("nothing is kept running"));
}

fn ctrl_c_while_they_start_leaves_nothing(home: &TestHome) {
    let up = Running::start(home, &["up"]);
    home.text_of("run/kafka.pid");
    up.interrupt();
    let said = up.end();
    assert!(said.interruption().contains("interrupted"), "{said:?}");
    home.assert_nothing_runs();
}

/// And the next `up` starts all of them anew.
fn a_service_that_dies_ends_the_others(home: &TestHome) {
    say(home, &["up"]).assert_done();
    home.kill("kafka");
    home.await_nothing_runs();
    let doctor = say(home, &["doctor"]);
    let told = "the last `simulation up` ended: Kafka ended by itself (signal: 9 (SIGKILL)); last lines of ";
    assert!(doctor.assert_done().out.contains(told), "{doctor:?}");
}

fn a_killed_supervisor_takes_all_with_it(home: &TestHome) {
    say(home, &["up"]).assert_done();
    let supervisor = home.text_of("supervisor.pid").trim().parse().unwrap();
    kill_process(Pid::from_raw(supervisor).unwrap(), Signal::KILL).unwrap();
    home.await_nothing_runs();
    let down = say(home, &["down"]);
    assert!(down.assert_done().out.starts_with("nothing is running in"));
}

/// Also where the signal is sent to all that have to do with the command.
fn a_command_hears_of_a_signal_once(home: &TestHome) {
    let script = "trap 'heard=$((heard + 1))' TERM INT; echo it runs now >&2; \
                  for tenth in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; \
                  echo heard $heard";
    for to_all in [true, false] {
        let arguments = ["exec", "--", "sh", "-c", script];
        // Without a terminal, wherever the tests run.
        let mut exec = Running::start_in_session(home, &arguments);
        exec.await_line("it runs now");
        if to_all {
            exec.signal_group(Signal::TERM);
        } else {
            exec.signal(Signal::TERM);
        }
        assert_eq!(exec.end().out, "heard 1\n");
    }
}

/// However `exec` is ended.
fn a_command_ends_with_exec(home: &TestHome) {
    let script = ["exec", "--", "sh", "-c", "echo ready >&2; exec sleep 600"];
    let sleeps = || {
        of_home(&home.path())
            .iter()
            .any(|it| it.contains("sleep 600"))
    };
    let ends: [fn(&Running); 3] = [
        Running::interrupt,
        |exec| exec.signal(Signal::TERM),
        |exec| exec.signal(Signal::KILL),
    ];
    for end in ends {
        let mut exec = Running::start(home, &script);
        exec.await_line("ready");
        eventually("the command sleeps", sleeps);
        end(&exec);
        eventually("the command ends", || !sleeps());
        assert_ne!(exec.end().code, Some(0));
    }
}

fn exit_codes_are_passed_on(home: &TestHome) {
    assert_eq!(say(home, &["exec", "--", "false"]).code, Some(1));
    assert_eq!(
        say(home, &["exec", "--", "sh", "-c", "exit 7"]).code,
        Some(7)
    );
    let script = "echo $KAFKA_BOOTSTRAP_SERVERS; psql --tuples-only --no-align $DATABASE_URL \
                  -c 'select count(*) from silver.adt_record'";
    let said = say(home, &["exec", "--", "sh", "-c", script]);
    let lines: Vec<&str> = said.assert_done().out.lines().collect();
    assert!(lines[0].starts_with("127.0.0.1:"), "{said:?}");
    assert_eq!(lines[1], "500");
    let said = say(home, &["exec", "--", "/nonexistent/program"]);
    assert_ne!(said.code, Some(0), "{said:?}");
}

fn a_wrong_password_is_refused(home: &TestHome) {
    let url = say(home, &["exec", "--", "sh", "-c", "echo $DATABASE_URL"]);
    let url = url.assert_done().out.trim();
    let (_, server) = url.rsplit_once('@').unwrap();
    let wrong = format!("postgres://wardflow_loader:not-the-password@{server}");
    let mut command = simulation(home, &["run", "--events", "500"]);
    command.env("DATABASE_URL", wrong);
    let said = Said::of(&command.output().unwrap());
    let refusal = said.refusal();
    assert!(
        refusal.contains("password authentication failed"),
        "{refusal}"
    );
    assert!(refusal.contains("check DATABASE_URL"), "{refusal}");
    assert!(!said.err.contains("not-the-password"), "{said:?}");
}
