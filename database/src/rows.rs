//! Rows of the tables that follow from silver, as the loader reads, compares and writes them.

mod differences;
mod dimension;
mod encounter;
mod gold;
mod occupancy;
mod snapshot;
mod vault;

pub(crate) use differences::{Differences, Existing};
pub(crate) use dimension::{DepartmentVersionRow, StaffVersionRow, begin};
pub(crate) use encounter::EncounterRow;
pub(crate) use gold::{AdmissionRow, FindingRow, LocationStayRow, PatientVersionRow};
pub(crate) use occupancy::{OccupancyRow, RosterRow};
pub(crate) use snapshot::SnapshotRow;
pub(crate) use vault::{
    EncounterIdentityRow, ListedStaffRow, PatientIdentityRow, RegisteredPatientRow,
    StaffIdentityRow,
};

use tokio_postgres::types::{ToSql, Type};

/// The statements of one table.
pub(crate) struct TableSql {
    pub(crate) read: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) update: &'static str,
    pub(crate) copy: &'static str,
}

impl TableSql {
    /// All of them.
    pub(crate) fn all(&self) -> [&'static str; 4] {
        [self.read, self.delete, self.update, self.copy]
    }
}

/// A row that follows from silver: it is compared with the one that stands there.
pub(crate) trait DerivedRow: PartialEq + Send + Sync + Sized {
    /// What identifies a row of the table.
    type Key: Eq + std::hash::Hash;
    const SQL: TableSql;
    /// Types of the columns, in the order of `copy.sql`.
    const TYPES: &'static [Type];

    fn key(&self) -> Self::Key;
    /// Values in the order of `copy.sql`.
    fn values(&self) -> Vec<&(dyn ToSql + Sync)>;
    /// Reads a row of `read.sql`.
    fn read(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error>;
}

macro_rules! derived_row {
    (
        $(#[$doc:meta])*
        $row:ident of $table:literal in $folder:literal key ($($key:ident: $key_type:ty),*) {
            $($column:ident: $rust:ty = $sql:ident,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, postgres_types::ToSql)]
        #[postgres(name = $table)]
        pub(crate) struct $row {
            $(pub(crate) $column: $rust,)*
        }

        impl $crate::rows::DerivedRow for $row {
            type Key = ($($key_type,)*);
            const SQL: $crate::rows::TableSql = $crate::rows::TableSql {
                read: include_str!(concat!("../../sql/load/", $folder, "/read.sql")),
                delete: include_str!(concat!("../../sql/load/", $folder, "/delete.sql")),
                update: include_str!(concat!("../../sql/load/", $folder, "/update.sql")),
                copy: include_str!(concat!("../../sql/load/", $folder, "/copy.sql")),
            };
            const TYPES: &'static [tokio_postgres::types::Type] =
                &[$(tokio_postgres::types::Type::$sql),*];

            fn key(&self) -> Self::Key {
                ($(self.$key.clone(),)*)
            }

            fn values(&self) -> Vec<&(dyn tokio_postgres::types::ToSql + Sync)> {
                vec![$(&self.$column),*]
            }

            fn read(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
                Ok(Self { $($column: row.try_get(stringify!($column))?,)* })
            }
        }
    };
}
pub(crate) use derived_row;
