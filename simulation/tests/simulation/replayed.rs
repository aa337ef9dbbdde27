//! The real extract, replayed and loaded once for all tests of this process.

use std::path::Path;

use chrono::{DateTime, Utc};
use producer::progress::Progress;
use producer::replay::{Format, ReplayArgs, replay};
use producer::resumption::Resume;
use producer::speed::Speed;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::real_extract::{RealExtract, folder};
use super::warehouse::Warehouse;

/// What went in, and where it came out.
pub(super) struct Replayed {
    pub(super) extract: RealExtract,
    pub(super) warehouse: Warehouse,
    /// What the consumer said about the first replay.
    pub(super) loaded: consumer::Summary,
}

/// `None` without real data.
pub(super) async fn replayed() -> Option<&'static Replayed> {
    static REPLAYED: OnceCell<Replayed> = OnceCell::const_new();

    let folder = folder()?;
    let replayed = REPLAYED.get_or_init(async || {
        let warehouse = Warehouse::new().await;
        send(&folder, &warehouse).await;
        Replayed {
            extract: RealExtract::read(&folder),
            loaded: warehouse.load().await,
            warehouse,
        }
    });
    Some(replayed.await)
}

/// Replays the extract into the warehouse's topic.
pub(super) async fn send(folder: &Path, warehouse: &Warehouse) {
    let args = ReplayArgs {
        format: Format::Mimic,
        dir: folder.to_owned(),
        speed: Speed::Max,
        strict: true,
        resume: Resume::Never,
        destination: warehouse.destination(),
    };
    let shutdown = CancellationToken::new();
    let sent = replay(&args, &mut Progress::silent(), &shutdown)
        .await
        .unwrap();
    assert_eq!(sent.transmission.events, 550);
}

/// A row of `gold.fact_admission`, with the hospital's own number.
pub(super) struct Admission {
    pub(super) encounter_id: String,
    pub(super) admitted_at: DateTime<Utc>,
    pub(super) discharged_at: DateTime<Utc>,
    pub(super) length_of_stay_seconds: i64,
    pub(super) transfer_count: i32,
    pub(super) died: bool,
    pub(super) age_years: Option<i32>,
    pub(super) age_band: String,
}

impl Replayed {
    /// The admissions by the hospital's own number.
    pub(super) async fn admissions(&self) -> Vec<Admission> {
        let client = self.warehouse.superuser().await;
        let rows = client
            .query(
                "select encounter_id, admitted_at, discharged_at, length_of_stay_seconds,
                     transfer_count, died, age_at_admission_years, age_band
                 from gold.fact_admission
                 join vault.encounter using (encounter_key, patient_pseudonym)
                 order by encounter_id",
                &[],
            )
            .await
            .unwrap();
        rows.iter()
            .map(|row| Admission {
                encounter_id: row.get(0),
                admitted_at: row.get(1),
                discharged_at: row.get(2),
                length_of_stay_seconds: row.get(3),
                transfer_count: row.get(4),
                died: row.get(5),
                age_years: row.get(6),
                age_band: row.get(7),
            })
            .collect()
    }
}
