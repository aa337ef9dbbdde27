//! Reference data: hospitals, departments, days and the unknown members.

use chrono::{DateTime, Utc};
use domain::department::DepartmentStatement;
use domain::dimension_key::{hospital_key, unknown_member_key};
use domain::network::Network;
use tokio_postgres::{Client, GenericClient};

use crate::DatabaseError;
use crate::load::{Origin, Prepared, SESSION, Session};
use crate::refold::settling;

const HOSPITAL: &str = include_str!("../sql/seed/hospital.sql");
const REPLACE_DEPARTMENTS: &str = include_str!("../sql/seed/replace_departments.sql");
const REPLACE_WARDS: &str = include_str!("../sql/seed/replace_wards.sql");
/// Adds the days that are missing.
pub(crate) const DATES: &str = include_str!("../sql/seed/dates.sql");

/// Statements that add an unknown member where it is missing, each with its dimension.
pub(crate) const UNKNOWN_MEMBERS: [(&str, &str); 5] = [
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
    (include_str!("../sql/seed/unknown_staff.sql"), "dim_staff"),
    (include_str!("../sql/seed/unknown_person.sql"), "dim_person"),
];

/// Writes the reference data of a network, in one transaction. Run again it changes only what the
/// network file changed: it replaces what the file stated of a department and its wards, and a hospital
/// or department that the file no longer has stays. Then folds the patients again who were in a
/// department that is known only now or has other wards, and returns how many.
pub async fn seed(client: &mut Client, network: &Network) -> Result<u64, DatabaseError> {
    settling(client, async |client| write(client, network).await).await
}

async fn write(client: &mut Client, network: &Network) -> Result<(), DatabaseError> {
    let failed = |error| DatabaseError::while_doing("seed reference data", &error);
    client.batch_execute(SESSION).await.map_err(failed)?;
    let prepared = Prepared::all(client).await?;
    let transaction = client.transaction().await.map_err(failed)?;
    let session = Session {
        transaction: &transaction,
        prepared: &prepared,
    };
    session.lock_departments().await?;
    if write_hospitals(&transaction, network)
        .await
        .map_err(failed)?
    {
        session.next_version().await?;
    }
    let departments = departments(network);
    replace(&transaction, &departments).await.map_err(failed)?;
    let statements: Vec<_> = departments
        .iter()
        .map(|stated| (Origin::Network, stated))
        .collect();
    session.write_departments(&statements).await?;
    let changed = replace_wards(&transaction, network).await.map_err(failed)?;
    session.note_changed(changed).await?;
    transaction.commit().await.map_err(failed)
}

/// Whether reference data is there.
pub async fn is_seeded(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/seed/is_seeded.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("look for reference data", &error))?;
    Ok(row.get(0))
}

/// Writes days, unknown members and hospitals; tells whether a hospital changed.
async fn write_hospitals(
    client: &impl GenericClient,
    network: &Network,
) -> Result<bool, tokio_postgres::Error> {
    client.execute(DATES, &[]).await?;
    write_unknown_members(client).await?;
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
    }
    Ok(changed > 0)
}

/// Writes the unknown members that are not there.
pub(crate) async fn write_unknown_members(
    client: &impl GenericClient,
) -> Result<(), tokio_postgres::Error> {
    for (sql, dimension) in UNKNOWN_MEMBERS {
        client
            .execute(sql, &[&unknown_member_key(dimension)])
            .await?;
    }
    Ok(())
}

/// What a network file states of its departments.
fn departments(network: &Network) -> Vec<DepartmentStatement> {
    let hospitals = network.hospitals.iter();
    let stated = hospitals.flat_map(|hospital| {
        let departments = hospital.departments.iter();
        departments.map(|department| DepartmentStatement::of_network(&hospital.code, department))
    });
    stated.collect()
}

/// Takes back what a network file stated before and does not state now.
async fn replace(
    client: &impl GenericClient,
    departments: &[DepartmentStatement],
) -> Result<(), tokio_postgres::Error> {
    let code = |stated: &DepartmentStatement| stated.department.clone();
    let attributes = |stated: &DepartmentStatement| stated.statement.attributes.clone();
    let stated = departments.iter();
    let (hospitals, codes): (Vec<_>, Vec<_>) = stated
        .clone()
        .map(|it| (code(it).hospital_code, code(it).department_code))
        .unzip();
    let names: Vec<_> = stated.clone().map(|it| attributes(it).name).collect();
    let kinds: Vec<_> = stated.clone().map(|it| attributes(it).kind).collect();
    let beds: Vec<_> = stated.map(|it| attributes(it).beds).collect();
    client
        .execute(
            REPLACE_DEPARTMENTS,
            &[&hospitals, &codes, &names, &kinds, &beds],
        )
        .await?;
    Ok(())
}

/// Puts the wards of the network file in the place of what it told before; tells the departments whose
/// wards have changed, since the beginning of time.
async fn replace_wards(
    client: &impl GenericClient,
    network: &Network,
) -> Result<Vec<(String, String, Option<DateTime<Utc>>)>, tokio_postgres::Error> {
    let hospitals = network.hospitals.iter();
    let departments = hospitals.flat_map(|hospital| {
        let departments = hospital.departments.iter();
        departments.map(|department| (hospital.code.as_str(), department))
    });
    let (told_hospitals, told_departments): (Vec<_>, Vec<_>) = departments
        .clone()
        .map(|(hospital, department)| (hospital, department.code.as_str()))
        .unzip();
    let (mut hospitals, mut codes) = (Vec::new(), Vec::new());
    let (mut wards, mut beds) = (Vec::new(), Vec::new());
    for (hospital, department) in departments {
        for ward in &department.wards {
            hospitals.push(hospital);
            codes.push(department.code.as_str());
            wards.push(ward.code.as_str());
            beds.push(i32::from(ward.beds));
        }
    }
    let changed = client
        .query(
            REPLACE_WARDS,
            &[
                &told_hospitals,
                &told_departments,
                &hospitals,
                &codes,
                &wards,
                &beds,
            ],
        )
        .await?;
    let changed = changed.iter();
    Ok(changed
        .map(|row| (row.get("hospital_code"), row.get("department_code"), None))
        .collect())
}
