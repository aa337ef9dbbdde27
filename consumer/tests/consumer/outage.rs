//! PostgreSQL goes away while the consumer runs: it is waited for, and nothing is lost or doubled.

use consumer::Settings;
use embedded::{Durability, Home, Options, Services, Wanted};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::line::Line;
use crate::pipeline::Pipeline;
use crate::warehouse::{Role, Warehouse};

#[tokio::test]
async fn commits_that_are_lost_or_whose_answers_are_lost_load_each_record_once() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(300);
    pipeline.send(&pipeline.sendings(&events)).await;
    let direct = pipeline.warehouse.url(Role::Loader);
    let (_, address) = direct.rsplit_once('@').unwrap();
    let (server, _) = address.split_once('/').unwrap();
    let (port, line) = Line::to(server.to_owned()).await;
    let settings = Settings {
        database_url: direct.replace(server, &format!("127.0.0.1:{port}")),
        ..pipeline.settings(2, 7)
    };
    consumer::run(settings, CancellationToken::new())
        .await
        .unwrap();
    assert!(line.has_lost_both(), "{line:?}");
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn a_killed_postgresql_is_waited_for() {
    let wanted = Options {
        durability: Durability::Off,
        ..Options::new(Wanted::POSTGRES).unwrap()
    };
    let home = tokio::task::spawn_blocking(Home::scratch).await.unwrap();
    let services = Services::start(home.unwrap(), wanted).await.unwrap();
    let postgres = services.postgres.as_ref().unwrap();
    let warehouse = Warehouse::new_on(&postgres.superuser_url("postgres")).await;
    let pipeline = Pipeline::into(warehouse).await;
    let events = flow::synthetic(600);
    pipeline.send(&pipeline.sendings(&events)).await;

    let run = consumer::run(pipeline.settings(2, 3), CancellationToken::new());
    let run = tokio::spawn(run);
    for stop in [100, 300] {
        pipeline.loaded_at_least(stop).await;
        postgres.kill().unwrap();
        postgres.restart().await.unwrap();
    }
    run.await.unwrap().unwrap();
    pipeline.assert_loaded_once(&events).await;
    services.stop().await.unwrap();
}
