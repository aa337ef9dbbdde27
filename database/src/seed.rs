//! Reference data: hospitals, departments, days and the unknown members.

use domain::dimension_key::{department_key, hospital_key, unknown_member_key};
use domain::network::Network;
use tokio_postgres::{Client, GenericClient};

use crate::DatabaseError;
use crate::refold::refold_healed;

const HOSPITAL: &str = include_str!("../sql/seed/hospital.sql");
const DEPARTMENT: &str = include_str!("../sql/seed/department.sql");
const NEXT_VERSION: &str = include_str!("../sql/seed/next_version.sql");
const DATES: &str = include_str!("../sql/seed/dates.sql");

const UNKNOWN_MEMBERS: [(&str, &str); 3] = [
    (
        include_str!("../sql/seed/unknown_hospital.sql"),
        "dim_hospital",
    ),
    (
        include_str!("../sql/seed/unknown_department.sql"),
        "dim_department",
    ),
    (
        include_str!("../sql/seed/unknown_patient.sql"),
        "dim_patient",
    ),
];

/// Writes the reference data of a network, in one transaction. Run again it changes only what the
/// network file changed: a name or kind of a department is corrected for its first version, and a
/// hospital or department that the file no longer has stays. Then folds the patients again who were
/// in a department that is known only now, and returns how many.
pub async fn seed(client: &mut Client, network: &Network) -> Result<u64, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("seed reference data", &error);
    let transaction = client.transaction().await.map_err(failed)?;
    seed_in(&transaction, network).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    refold_healed(client).await
}

/// Whether reference data is there.
pub async fn is_seeded(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/seed/is_seeded.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("look for reference data", &error))?;
    Ok(row.get(0))
}

async fn seed_in(
    client: &impl GenericClient,
    network: &Network,
) -> Result<(), tokio_postgres::Error> {
    client.execute(DATES, &[]).await?;
    for (sql, dimension) in UNKNOWN_MEMBERS {
        client
            .execute(sql, &[&unknown_member_key(dimension)])
            .await?;
    }
    let mut changed = 0;
    for hospital in &network.hospitals {
        changed += client
            .execute(
                HOSPITAL,
                &[
                    &hospital_key(&hospital.code),
                    &hospital.code,
                    &hospital.name,
                    &hospital.municipality,
                    &hospital.province,
                    &hospital.time_zone.name(),
                ],
            )
            .await?;
        for department in &hospital.departments {
            let key = department_key(&hospital.code, &department.code);
            let kind = department.kind.as_str();
            changed += client
                .execute(
                    DEPARTMENT,
                    &[
                        &key,
                        &hospital.code,
                        &department.code,
                        &department.name,
                        &kind,
                    ],
                )
                .await?;
        }
    }
    if changed > 0 {
        client.execute(NEXT_VERSION, &[]).await?;
    }
    Ok(())
}
