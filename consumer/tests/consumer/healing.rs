//! Hospitals and departments that the network comes to know later.

use consumer::{Settings, Until};
use database::seed;
use domain::network::Network;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;
use crate::warehouse::{Role, network};

/// The network with a department and a hospital more.
fn grown() -> Network {
    let mut network = network();
    let mut department = network.hospitals[0].departments[0].clone();
    department.code = "LATER".into();
    network.hospitals[0].departments.push(department);
    let mut hospital = network.hospitals[0].clone();
    hospital.code = "NEWCOMER".into();
    network.hospitals.push(hospital);
    network
}

#[tokio::test]
async fn a_department_and_a_hospital_that_are_seeded_later_are_taken_up_at_once() {
    let pipeline = Pipeline::new().await;
    let hospital_code = network().hospitals[0].code.clone();
    let mut events = flow::synthetic(400);
    for event in &mut events {
        if event.hospital_code.as_ref() == Some(&hospital_code)
            && let Some(location) = &mut event.location
        {
            location.department_code = Some("LATER".to_owned());
        }
    }
    let shutdown = CancellationToken::new();
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 20)
    };
    let run = tokio::spawn(consumer::run(settings, shutdown.clone()));
    pipeline.send(&pipeline.sendings(&events[..300])).await;
    pipeline.loaded_at_least(300).await;
    let unknown =
        "select count(distinct patient_pseudonym) from silver.finding where rule = 'HIS-002'";
    let before = pipeline.warehouse.count(unknown).await;
    assert!(before > 1, "{before}");

    let mut loader = pipeline.warehouse.client(Role::Loader).await;
    let healed = seed::seed(&mut loader, &grown()).await.unwrap();
    assert_eq!(i64::try_from(healed).unwrap(), before);
    assert_eq!(pipeline.warehouse.count(unknown).await, 0);
    assert_eq!(seed::seed(&mut loader, &grown()).await.unwrap(), 0);
    assert_eq!(
        pipeline.warehouse.digest().await,
        pipeline.expected(&events[..300]).await
    );

    for event in &mut events[350..] {
        event.hospital_code = Some("NEWCOMER".to_owned());
    }
    pipeline.send(&pipeline.sendings(&events[300..])).await;
    pipeline.loaded_at_least(400).await;
    shutdown.cancel();
    assert_eq!(run.await.unwrap().unwrap().quarantined, 0);
    pipeline.assert_loaded_once(&events).await;
}
