//! What the digest covers: every table of gold, and the findings.

/// A table of the digest.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name with the schema.
    pub name: &'static str,
    /// Selects every column in the order of the key.
    pub sql: &'static str,
}

/// A table whose statement is the file of its name in `sql/digest`.
macro_rules! table {
    ($name:literal) => {
        Table {
            name: $name,
            sql: include_str!(concat!("../../sql/digest/", $name, ".sql")),
        }
    };
}

/// Every table of the digest, in its fixed order.
pub const TABLES: &[Table] = &[
    table!("gold.dim_hospital"),
    table!("gold.dim_department"),
    table!("gold.dim_patient"),
    table!("gold.dim_staff"),
    table!("gold.dim_person"),
    table!("gold.dim_date"),
    table!("gold.fact_admission"),
    table!("gold.fact_location_stay"),
    table!("gold.fact_diagnosis"),
    table!("gold.fact_procedure"),
    table!("gold.fact_medication"),
    table!("gold.fact_charge"),
    table!("gold.fact_registration"),
    table!("gold.fact_bed_occupancy"),
    table!("silver.finding"),
];
