//! What is found and done in departments of a kind, and what it costs.

use std::collections::HashMap;

use domain::network::DepartmentKind;
use serde::Deserialize;

use crate::population::{TableError, rows};
use crate::random::SplitMix64;
use crate::weighted::Weighted;

/// Sources of these tables are in `docs/population.md`.
const DIAGNOSES: &str = include_str!("../../data/clinical/diagnoses.csv");
const PROCEDURES: &str = include_str!("../../data/clinical/procedures.csv");
const MEDICATIONS: &str = include_str!("../../data/clinical/medications.csv");
const CHARGES: &str = include_str!("../../data/clinical/charges.csv");

/// A diagnosis and whom it befits.
#[derive(Debug, Deserialize)]
pub(super) struct Diagnosis {
    department_kind: String,
    pub(super) icd10: String,
    pub(super) description: String,
    weight: f64,
    sex: Option<char>,
    age_from_years: i32,
    age_to_years: i32,
}

/// A procedure by its code of ICD-9-CM, volume 3.
#[derive(Debug, Deserialize)]
pub(super) struct Procedure {
    department_kind: String,
    pub(super) code: String,
    pub(super) description: String,
    weight: f64,
    pub(super) charge_cents: u64,
}

/// A medication by its ATC code.
#[derive(Debug, Deserialize)]
pub(super) struct Medication {
    department_kind: String,
    pub(super) atc: String,
    pub(super) name: String,
    pub(super) dose: String,
    pub(super) route: String,
    pub(super) frequency: String,
    pub(super) unit_price_cents: u64,
    weight: f64,
}

/// An item of a department's price list; the first one of a kind is a day in a bed.
#[derive(Debug, Deserialize)]
pub(super) struct Item {
    department_kind: String,
    #[serde(rename = "item_code")]
    pub(super) code: String,
    pub(super) description: String,
    pub(super) price_cents: u64,
}

/// The tables of one kind of department.
#[derive(Debug)]
pub(super) struct Ward {
    diagnoses: Vec<Diagnosis>,
    procedures: (Vec<Procedure>, Weighted),
    medications: (Vec<Medication>, Weighted),
    items: Vec<Item>,
}

/// The tables of all kinds.
#[derive(Debug)]
pub(super) struct Clinic(HashMap<&'static str, Ward>);

impl Clinic {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let mut diagnoses: Vec<Diagnosis> = rows("diagnoses.csv", DIAGNOSES)?;
        let mut procedures: Vec<Procedure> = rows("procedures.csv", PROCEDURES)?;
        let mut medications: Vec<Medication> = rows("medications.csv", MEDICATIONS)?;
        let mut items: Vec<Item> = rows("charges.csv", CHARGES)?;
        let mut wards = HashMap::new();
        for kind in DepartmentKind::ALL {
            let name = kind.as_str();
            let procedures: Vec<Procedure> = procedures
                .extract_if(.., |it| it.department_kind == name)
                .collect();
            let medications: Vec<Medication> = medications
                .extract_if(.., |it| it.department_kind == name)
                .collect();
            if procedures.is_empty() {
                continue;
            }
            let of_procedures: Vec<f64> = procedures.iter().map(|it| it.weight).collect();
            let of_medications: Vec<f64> = medications.iter().map(|it| it.weight).collect();
            let ward = Ward {
                diagnoses: diagnoses
                    .extract_if(.., |it| it.department_kind == name)
                    .collect(),
                procedures: (procedures, list("procedures.csv", &of_procedures)?),
                medications: (medications, list("medications.csv", &of_medications)?),
                items: items
                    .extract_if(.., |it| it.department_kind == name)
                    .collect(),
            };
            wards.insert(name, ward);
        }
        Ok(Self(wards))
    }

    /// The tables of a kind; of one that has none, those of medicine.
    pub(super) fn ward(&self, kind: DepartmentKind) -> Option<&Ward> {
        let medicine = DepartmentKind::Medicine.as_str();
        self.0.get(kind.as_str()).or_else(|| self.0.get(medicine))
    }
}

impl Ward {
    /// A diagnosis for a patient of a sex and age, where the table has one.
    pub(super) fn draw_diagnosis(
        &self,
        is_female: bool,
        age_years: i32,
        random: &mut SplitMix64,
    ) -> Option<&Diagnosis> {
        let sex = if is_female { 'F' } else { 'M' };
        let fitting = self.diagnoses.iter().filter(|it| {
            it.sex.is_none_or(|it| it == sex)
                && (it.age_from_years..=it.age_to_years).contains(&age_years)
        });
        let total: f64 = fitting.clone().map(|it| it.weight).sum();
        let mut drawn = random.fraction() * total;
        let mut found = None;
        for diagnosis in fitting {
            found = Some(diagnosis);
            drawn -= diagnosis.weight;
            if drawn < 0.0 {
                break;
            }
        }
        found
    }

    pub(super) fn draw_procedure(&self, random: &mut SplitMix64) -> &Procedure {
        let (procedures, list) = &self.procedures;
        &procedures[list.draw(random)]
    }

    pub(super) fn draw_medication(&self, random: &mut SplitMix64) -> &Medication {
        let (medications, list) = &self.medications;
        &medications[list.draw(random)]
    }

    /// A day in a bed.
    pub(super) fn bed(&self) -> Option<&Item> {
        self.items.first()
    }

    /// Something else of the price list.
    pub(super) fn draw_item(&self, random: &mut SplitMix64) -> Option<&Item> {
        let others = self.items.get(1..).filter(|others| !others.is_empty())?;
        others.get(random.place(others.len()))
    }
}

fn list(table: &'static str, weights: &[f64]) -> Result<Weighted, TableError> {
    Weighted::new(weights).ok_or(TableError::Weights(table))
}
