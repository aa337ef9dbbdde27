//! What others do meanwhile: the database goes away, files are replaced or vanish, a copy is lost.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use embedded::{Options, Wanted, own_for_tests};
use tokio_util::sync::CancellationToken;

use crate::books::assert_balanced;
use crate::contents::Contents;
use crate::data::{Data, FileName, clean, dirty};
use crate::landing::Delivery;
use crate::line::Line;
use crate::place::Place;
use crate::warehouse::{Role, Warehouse};

const LOADED: &str = "select count(*) from ops.file_progress where state = 'loaded'";

async fn in_order(data: &Data) -> Contents {
    let place = Place::new().await;
    place.deliver(data, &data.files());
    place.once().await;
    place.contents().await
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_are_lost_or_whose_answers_are_lost_load_each_line_once() {
    let data = dirty();
    let expected = in_order(data).await;
    let mut place = Place::new().await.with_small_chunks();
    let direct = place.warehouse.url(Role::Loader);
    let (line, url) = Line::before(&direct).await;
    place.settings.database_url = url;
    let (files, others) = data
        .files()
        .into_iter()
        .partition::<Vec<_>, _>(|it| it.kind % 2 == 1);
    place.deliver(data, &files[..6]);
    let summary = place.once().await;
    assert!(line.has_lost_both(), "{line:?}");
    // All is counted that was done before a connection was lost.
    assert_eq!((summary.files, summary.again, summary.refused), (6, 0, 0));
    assert!(summary.derived_rows > 0);
    assert_balanced(&place.warehouse).await;
    place.settings.database_url = direct;
    place.deliver(data, &[&files[6..], &others].concat());
    place.once().await;
    place
        .contents()
        .await
        .assert_same(&expected, "over a bad line");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgresql_is_waited_for() {
    let data = clean();
    let expected = in_order(data).await;
    let options = Options::for_tests(Wanted::POSTGRES).unwrap();
    let services = own_for_tests(options).await.unwrap();
    let postgres = services.postgres.as_ref().unwrap();
    let warehouse = Warehouse::new_on(&postgres.superuser_url("postgres")).await;
    let place = Arc::new(Place::into(warehouse).with_small_chunks());
    place.deliver(data, &data.files());
    let run = tokio::spawn({
        let place = Arc::clone(&place);
        async move { place.once().await }
    });
    for stop in [3, 12] {
        while place.warehouse.count(LOADED).await < stop && !run.is_finished() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!run.is_finished());
        postgres.kill().unwrap();
        postgres.restart().await.unwrap();
    }
    let summary = run.await.unwrap();
    assert_eq!(summary.files + summary.again, 36, "{summary:?}");
    assert_balanced(&place.warehouse).await;
    place
        .contents()
        .await
        .assert_same(&expected, "killed server");
    services.stop().await.unwrap();
}

/// Holds up the first chunk of a file until a lock is given back.
async fn held_up(place: &Place) -> tokio_postgres::Client {
    let superuser = place.warehouse.superuser().await;
    let trigger = "
        create function public.wait_here() returns trigger language plpgsql security definer as $$
        begin perform pg_advisory_xact_lock_shared(4711); return null; end $$;
        create trigger wait before update on ops.file_progress for each statement
        execute function public.wait_here();
        select pg_advisory_lock(4711)";
    superuser.batch_execute(trigger).await.unwrap();
    superuser
}

async fn await_hold(client: &tokio_postgres::Client) {
    let waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted";
    while client
        .query_one(waiting, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_in_the_place_of_a_file_that_is_being_loaded_is_not_removed() {
    let data = clean();
    let file = FileName::of(0, "ALEX", "charges");
    for replace in [true, false] {
        let place = Arc::new(Place::new().await);
        let superuser = held_up(&place).await;
        place.deliver(data, std::slice::from_ref(&file));
        let run = tokio::spawn({
            let place = Arc::clone(&place);
            async move { place.once().await }
        });
        await_hold(&superuser).await;
        let path = place.landing().join(file.folder()).join(file.csv());
        if replace {
            let other = Delivery::of(data, 0, "ALEX").mapped("charges.csv", |mut text| {
                text.extend_from_slice(b"E,P,1,X,Bandage,1,1,1,\n");
                text
            });
            other.only(&["charges.csv"]).land(place.landing());
        } else {
            fs::remove_dir_all(place.landing().join(file.folder())).unwrap();
        }
        superuser
            .batch_execute("select pg_advisory_unlock(4711)")
            .await
            .unwrap();
        let summary = run.await.unwrap();
        assert_eq!((summary.files, summary.refused), (1, 0));
        assert_eq!(path.exists(), replace);
        let summary = place.once().await;
        assert_eq!((summary.files, summary.refused), (0, u64::from(replace)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_copy_of_a_file_that_was_begun_is_told_and_replaced_by_the_file() {
    let data = clean();
    let expected = in_order(data).await;
    let place = Place::new().await.with_small_chunks();
    let files = data.files();
    let begun = FileName::of(0, "ALEX", "patients");
    place.deliver(data, std::slice::from_ref(&begun));
    let superuser = held_up(&place).await;
    let shutdown = CancellationToken::new();
    let (settings, token) = (place.settings.clone(), shutdown.clone());
    let run = tokio::spawn(async move { batch_ingest::once(&settings, &token).await });
    await_hold(&superuser).await;
    shutdown.cancel();
    assert_eq!(run.await.unwrap().unwrap(), None);
    superuser
        .batch_execute("select pg_advisory_unlock(4711); drop trigger wait on ops.file_progress")
        .await
        .unwrap();
    let copy = place
        .archived()
        .into_iter()
        .find(|it| it.ends_with(".csv.zst"))
        .unwrap();
    fs::write(place.settings.archive.join(copy), "damaged").unwrap();

    // What is not behind it goes on.
    let path = place.landing().join(begun.folder()).join(begun.csv());
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    place.deliver(
        data,
        &files
            .iter()
            .filter(|it| **it != begun)
            .cloned()
            .collect::<Vec<_>>(),
    );
    let summary = place.once().await;
    assert_eq!(
        (summary.stuck, summary.waiting, summary.refused),
        (1, 2, 0),
        "{summary:?}"
    );
    assert_eq!(summary.files, 33);

    // Another file is not it.
    fs::write(&path, [&kept[..], b"x"].concat()).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.stuck, summary.refused), (1, 1), "{summary:?}");
    place.deliver(data, std::slice::from_ref(&begun));
    let summary = place.once().await;
    assert_eq!(
        (summary.stuck, summary.files, summary.refused),
        (0, 3, 0),
        "{summary:?}"
    );
    assert_balanced(&place.warehouse).await;
    place
        .contents()
        .await
        .assert_same(&expected, "after a lost copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_landing_folder_may_be_on_another_disk() {
    let Ok(other) = tempfile::tempdir_in("/dev/shm") else {
        println!("not run: there is no other disk");
        return;
    };
    let mut place = Place::new().await;
    place.settings.landing = other.path().join("landing");
    let data = clean();
    place.deliver(data, &data.files()[..6]);
    Delivery::new("2026-04-01", "ROSEBANK")
        .with("charges.csv", "nothing")
        .land(place.landing());
    Delivery::new("2026-04-01", "NOWHERE")
        .with("charges.csv", "nothing")
        .land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (6, 2));
    assert_eq!(place.left(), Vec::<String>::new());
    let refused: Vec<_> = place
        .archived()
        .into_iter()
        .filter(|it| it.starts_with("refused"))
        .collect();
    assert_eq!(
        refused,
        [
            "refused/2026-04-01/NOWHERE/charges.csv",
            "refused/2026-04-01/NOWHERE/manifest.json",
            "refused/2026-04-01/ROSEBANK/charges.csv"
        ]
    );
}
