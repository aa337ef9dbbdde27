//! A server that logs whatever it can: identity stays out of its log all the same.

use embedded::{Options, Wanted, own_for_tests};

use crate::garbage;
use crate::pipeline::Pipeline;
use crate::warehouse::Warehouse;

const EVERYTHING: &str = "
    alter system set log_statement = 'all';
    alter system set log_min_duration_statement = 0;
    alter system set log_parameter_max_length = -1;
    alter system set log_parameter_max_length_on_error = -1;
    alter system set log_error_verbosity = 'verbose';
    alter system set log_min_error_statement = 'debug5';
";

#[tokio::test]
async fn a_talkative_postgresql_logs_no_identity() {
    let options = Options::for_tests(Wanted::POSTGRES).unwrap();
    let services = own_for_tests(options).await.unwrap();
    let postgres = services.postgres.as_ref().unwrap();
    let warehouse = Warehouse::new_on(&postgres.superuser_url("postgres")).await;
    let superuser = warehouse.superuser().await;
    for setting in EVERYTHING
        .split_inclusive(';')
        .filter(|it| it.contains("alter"))
    {
        superuser.batch_execute(setting).await.unwrap();
    }
    superuser
        .batch_execute("select pg_reload_conf()")
        .await
        .unwrap();
    while warehouse
        .count("select (current_setting('log_statement') = 'all')::int::bigint")
        .await
        == 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let pipeline = Pipeline::into(warehouse).await;
    let garbage = garbage::unusable(&pipeline);
    let mut sendings: Vec<_> = garbage.into_iter().map(|garbage| garbage.sending).collect();
    let mut event = garbage::event();
    event.patient_id = Some(garbage::CANARY.to_owned());
    garbage::identity(&mut event).last_name = Some(garbage::CANARY.to_owned());
    sendings.push(pipeline.sending(&event));
    pipeline.send(&sendings).await;
    assert_eq!(pipeline.load(2, 7).await.loaded, 1);
    // A statement of the loader's that fails on a row of identity.
    let loader = pipeline
        .warehouse
        .client(crate::warehouse::Role::Loader)
        .await;
    let again = "insert into vault.patient select * from vault.patient";
    assert!(loader.batch_execute(again).await.is_err());
    let log = std::fs::read_to_string(postgres.log()).unwrap();
    assert!(
        log.contains("current_setting('log_statement')"),
        "it is talkative"
    );
    assert!(!log.contains(garbage::CANARY));
    services.stop().await.unwrap();
}
