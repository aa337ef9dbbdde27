//! The tables of silver, the vault and `ops` that follow from bronze, each with one beside it.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Statement, Transaction};

use super::beside::Beside;
use super::empty::Empty;
use super::failed;
use super::portion::Portion;
use crate::DatabaseError;
use crate::load::{
    DepartmentDimension, Dimension, ENCOUNTERS_TO_VAULT, Identities, PATIENTS_TO_VAULT,
    STAFF_TO_VAULT, STATED_STAFF_TO_VAULT, Session, SilverRow, StaffDimension, stated_staff,
};

/// Where it is noted which records are those of erased patients.
const ERASED: &str = "ops.erased_record";

const DOING: &str = "rebuild silver";

const COORDINATES: [Type; 3] = [Type::INT2, Type::INT4, Type::INT8];

/// A table of silver of which records are deliveries, and what makes two of them one content.
struct Content {
    table: &'static str,
    key: &'static str,
    id: &'static str,
    /// Nothing where it is not about patients.
    patient: Option<&'static str>,
}

const EVENTS: Content = Content {
    table: "adt_record",
    key: "patient_pseudonym, event_id, content_hash",
    id: "event_id",
    patient: Some("patient_pseudonym"),
};

const STAFF: Content = Content {
    table: "staff_statement",
    key: "staff_pseudonym, statement_id, content_hash",
    id: "statement_id",
    patient: None,
};

const DEPARTMENTS: Content = Content {
    table: "department_statement",
    key: "hospital_code, department_code, statement_id, content_hash",
    id: "statement_id",
    patient: None,
};

impl Content {
    /// Whether its rows may come by files, too.
    fn is_stated_by_files(&self) -> bool {
        self.patient.is_none()
    }

    /// A statement for this table.
    fn instead(&self, sql: &str) -> String {
        sql.replace("{table}", self.table)
            .replace("{key}", self.key)
            .replace("{id}", self.id)
            .replace("{patient}", self.patient.unwrap_or("null"))
    }
}

/// What is beside, and how rows are added.
pub(super) struct Layers {
    events: Target,
    staff: Target,
    departments: Target,
    patients: Target,
    encounters: Target,
    named_staff: Target,
    /// Into the same table.
    stated_staff: Statement,
    duplicates: Beside,
    quarantine: Beside,
    dead_letters: Beside,
    erased: Target,
    records: Statement,
    refused: Statement,
    redriven: Statement,
    doubtful: Statement,
    keyed_by_erased: Statement,
}

/// A table beside another one, and a loader's statement that adds rows to it.
struct Target(Beside, Statement);

impl Target {
    async fn of(
        transaction: &Transaction<'_>,
        (table, empty): (&'static str, &mut Empty),
        add: &str,
    ) -> Result<Self, DatabaseError> {
        let beside = Beside::make_or_itself(transaction, table, empty).await?;
        let statement = beside.prepare(transaction, add).await?;
        Ok(Self(beside, statement))
    }

    /// One that the loader's statement looks rows up in.
    async fn keyed(
        transaction: &Transaction<'_>,
        (table, empty): (&'static str, &Empty),
        add: &str,
    ) -> Result<Self, DatabaseError> {
        let beside = Beside::make_keyed_or_itself(transaction, table, empty).await?;
        let statement = beside.prepare(transaction, add).await?;
        Ok(Self(beside, statement))
    }
}

impl Layers {
    /// Makes them, empty.
    pub(super) async fn make(
        session: &Session<'_>,
        empty: &mut Empty,
    ) -> Result<Self, DatabaseError> {
        let transaction = session.transaction;
        let make = include_str!("../../sql/rebuild/bronze/make_tables.sql");
        transaction.batch_execute(make).await.map_err(failed)?;
        let named_staff =
            Target::keyed(transaction, ("vault.staff", empty), STAFF_TO_VAULT).await?;
        let stated_staff = named_staff.0.prepare(transaction, STATED_STAFF_TO_VAULT);
        let prepare = async |sql| transaction.prepare(sql).await.map_err(failed);
        Ok(Self {
            events: Target::of(transaction, ("silver.adt_record", empty), SilverRow::COPY).await?,
            staff: Target::of(
                transaction,
                ("silver.staff_statement", empty),
                StaffDimension::COPY,
            )
            .await?,
            departments: Target::of(
                transaction,
                ("silver.department_statement", empty),
                DepartmentDimension::COPY,
            )
            .await?,
            patients: Target::keyed(transaction, ("vault.patient", empty), PATIENTS_TO_VAULT)
                .await?,
            encounters: Target::keyed(transaction, ("vault.encounter", empty), ENCOUNTERS_TO_VAULT)
                .await?,
            stated_staff: stated_staff.await?,
            named_staff,
            duplicates: Beside::make(transaction, "ops.duplicate").await?,
            quarantine: Beside::make(transaction, "ops.quarantine").await?,
            dead_letters: Beside::make(transaction, "ops.dead_letter").await?,
            erased: Target::of(
                transaction,
                (ERASED, empty),
                include_str!("../../sql/load/copy_erased.sql"),
            )
            .await?,
            records: prepare(include_str!("../../sql/rebuild/bronze/copy_records.sql")).await?,
            refused: prepare(include_str!("../../sql/rebuild/bronze/copy_refused.sql")).await?,
            redriven: prepare(include_str!("../../sql/rebuild/bronze/copy_redriven.sql")).await?,
            doubtful: prepare(include_str!("../../sql/rebuild/bronze/copy_doubtful.sql")).await?,
            keyed_by_erased: prepare(include_str!(
                "../../sql/rebuild/bronze/copy_keyed_by_erased.sql"
            ))
            .await?,
        })
    }

    /// Adds what some records come to.
    pub(super) async fn add(
        &self,
        session: &Session<'_>,
        portion: &Portion,
    ) -> Result<(), DatabaseError> {
        self.add_to_silver(session, portion).await?;
        self.add_to_vault(session, portion).await?;
        self.add_to_books(session, portion).await
    }

    async fn add_to_silver(
        &self,
        session: &Session<'_>,
        portion: &Portion,
    ) -> Result<(), DatabaseError> {
        let events = portion.events.iter();
        let rows = events.map(|(at, event)| SilverRow::of(&event.record, *at));
        let types = SilverRow::TYPES;
        session
            .copy_by(&self.events.1, DOING, types, rows, SilverRow::values)
            .await?;
        let stated = portion.staff.iter();
        let rows = stated.map(|(origin, it)| StaffDimension::silver_row(it, origin.coordinates()));
        let types = StaffDimension::TYPES;
        session
            .copy_by(&self.staff.1, DOING, types, rows, StaffDimension::values)
            .await?;
        let stated = portion.departments.iter();
        let rows =
            stated.map(|(origin, it)| DepartmentDimension::silver_row(it, origin.coordinates()));
        let (to, types) = (&self.departments.1, DepartmentDimension::TYPES);
        session
            .copy_by(to, DOING, types, rows, DepartmentDimension::values)
            .await?;
        Ok(())
    }

    /// By the statements of lanes: the last word of each wins.
    async fn add_to_vault(
        &self,
        session: &Session<'_>,
        portion: &Portion,
    ) -> Result<(), DatabaseError> {
        let Identities {
            patients,
            encounters,
            staff,
        } = Identities::of(portion.events.iter().map(|(_, event)| &**event));
        let stated = stated_staff(portion.staff.iter().map(|(_, stated)| &**stated));
        let additions: [(&Statement, bool, &(dyn ToSql + Sync)); 4] = [
            (&self.patients.1, patients.is_empty(), &patients),
            (&self.encounters.1, encounters.is_empty(), &encounters),
            (&self.named_staff.1, staff.is_empty(), &staff),
            (&self.stated_staff, stated.is_empty(), &stated),
        ];
        for (statement, is_empty, rows) in additions {
            if !is_empty {
                let added = session.transaction.execute(statement, &[rows]).await;
                added.map_err(failed)?;
            }
        }
        Ok(())
    }

    async fn add_to_books(
        &self,
        session: &Session<'_>,
        portion: &Portion,
    ) -> Result<(), DatabaseError> {
        let doing = "rebuild the books";
        let types = [&COORDINATES[..], &[Type::TIMESTAMPTZ]].concat();
        let rows = portion.records.iter();
        session
            .copy_by(&self.records, doing, &types, rows, |(at, received_at)| {
                vec![&at.0, &at.1, &at.2, received_at]
            })
            .await?;
        let types = [
            &[Type::UUID],
            &COORDINATES[..],
            &[Type::DATE, Type::TEXT, Type::TEXT, Type::TEXT],
        ]
        .concat();
        let rows = portion.refused.iter();
        session
            .copy_by(&self.refused, doing, &types, rows, |refused| {
                vec![
                    &refused.quarantine_id,
                    &refused.coordinates.0,
                    &refused.coordinates.1,
                    &refused.coordinates.2,
                    &refused.received_on,
                    &refused.rule,
                    &refused.field,
                    &refused.reason,
                ]
            })
            .await?;
        let types = [Type::UUID, Type::UUID, Type::TIMESTAMPTZ, Type::INT8];
        let rows = portion.redriven.iter();
        session
            .copy_by(&self.redriven, doing, &types, rows, |it| {
                vec![&it.letter, &it.quarantine_id, &it.received_at, &it.offset]
            })
            .await?;
        let types = [&COORDINATES[..], &[Type::TEXT, Type::INT8]].concat();
        let doubtful: Vec<_> = portion
            .doubtful
            .iter()
            .map(|(at, doubt)| (at, doubt.as_str(), doubt.lost_schema_id()))
            .collect();
        let rows = doubtful.iter();
        session
            .copy_by(
                &self.doubtful,
                doing,
                &types,
                rows,
                |(at, doubt, lost_schema_id)| vec![&at.0, &at.1, &at.2, doubt, lost_schema_id],
            )
            .await?;
        let rows = portion.keyed_by_erased.iter();
        session
            .copy_by(&self.keyed_by_erased, doing, &COORDINATES, rows, |at| {
                vec![&at.0, &at.1, &at.2]
            })
            .await?;
        let types = [&COORDINATES[..], &[Type::UUID]].concat();
        let rows = portion.erased.iter();
        session
            .copy_by(&self.erased.1, doing, &types, rows, |(at, patient)| {
                vec![&at.0, &at.1, &at.2, patient]
            })
            .await?;
        Ok(())
    }

    /// Tells the planner what was added.
    pub(super) async fn analyze(&self, transaction: &Transaction<'_>) -> Result<(), DatabaseError> {
        for target in [&self.events, &self.staff, &self.departments] {
            target.0.analyze(transaction).await?;
        }
        let books = include_str!("../../sql/rebuild/bronze/analyze.sql");
        transaction.batch_execute(books).await.map_err(failed)
    }

    /// Finds out what hangs on all records, and adds what bronze does not tell and stays as it is.
    pub(super) async fn complete(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<(), DatabaseError> {
        let run = async |sql: &str| transaction.batch_execute(sql).await.map_err(failed);
        let contents = [
            (&EVENTS, &self.events),
            (&STAFF, &self.staff),
            (&DEPARTMENTS, &self.departments),
        ];
        for (content, target) in contents {
            if content.is_stated_by_files() {
                let stated = include_str!("../../sql/rebuild/bronze/stated_by_files.sql");
                run(&content.instead(stated)).await?;
            }
            let repeated = include_str!("../../sql/rebuild/bronze/repeated.sql");
            run(&content.instead(repeated)).await?;
            target.0.key(transaction).await?;
        }
        for (sql, keyed) in [
            (
                include_str!("../../sql/rebuild/bronze/named_by_files.sql"),
                None,
            ),
            (
                include_str!("../../sql/rebuild/bronze/quarantine.sql"),
                Some(&self.quarantine),
            ),
            (include_str!("../../sql/rebuild/bronze/settle.sql"), None),
            (
                include_str!("../../sql/rebuild/bronze/dead_letters.sql"),
                Some(&self.dead_letters),
            ),
            (
                include_str!("../../sql/rebuild/bronze/erased.sql"),
                Some(&self.erased.0),
            ),
        ] {
            run(sql).await?;
            if let Some(beside) = keyed {
                beside.key(transaction).await?;
            }
        }
        self.duplicates.key(transaction).await
    }

    /// All of them, in the order in which they are taken over: what goes from quarantine takes its letter along, so that
    /// is written behind it.
    pub(super) fn tables(self) -> [Beside; 10] {
        [
            self.events.0,
            self.staff.0,
            self.departments.0,
            self.patients.0,
            self.encounters.0,
            self.named_staff.0,
            self.duplicates,
            self.quarantine,
            self.dead_letters,
            self.erased.0,
        ]
    }
}
