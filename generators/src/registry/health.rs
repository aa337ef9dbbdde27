//! What a hospital knows of a person's health, family and medical scheme.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::population::{Person, TableError, rows};
use crate::random::SplitMix64;
use crate::weighted::Weighted;

/// Sources of these tables: `docs/population.md`.
const BLOOD_TYPES: &str = include_str!("../../data/clinical/blood_types.csv");
const CONDITIONS: &str = include_str!("../../data/clinical/chronic_conditions.csv");
const MARITAL_STATUSES: &str = include_str!("../../data/clinical/marital_status.csv");
const SCHEMES: &str = include_str!("../../data/clinical/medical_schemes.csv");
const MEMBERS: &str = include_str!("../../data/clinical/medical_scheme_by_province.csv");

/// Who is no member of a scheme is treated by the state.
const STATE: &str = "State";

/// Names of marital statuses, in the order of the table's columns.
const MARITAL: [&str; 4] = ["Single", "Married", "Divorced", "Widowed"];

/// Upper ages of the columns of the table of conditions, but for the last.
const CONDITION_AGES: [i32; 4] = [14, 24, 44, 64];

/// Chronic conditions as a set: places in the list of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Conditions(u32);

#[derive(Debug)]
pub(super) struct HealthTables {
    blood_types: Vec<String>,
    blood_type_list: Weighted,
    /// ICD-10 codes, ascending, and what they stand for.
    condition_codes: Vec<(String, String)>,
    /// In percent by age, for women and men.
    condition_percents: [Vec<[f64; 5]>; 2],
    marital: Vec<MaritalGroup>,
    schemes: Vec<String>,
    scheme_list: Weighted,
    members_percent: HashMap<String, f64>,
}

#[derive(Debug)]
struct MaritalGroup {
    age_to_years: i32,
    is_female: bool,
    list: Weighted,
}

#[derive(Deserialize)]
struct BloodTypeRow {
    blood_type: String,
    percent: f64,
}

#[derive(Deserialize)]
struct ConditionRow {
    condition: String,
    icd10: String,
    sex: char,
    percent_0_14: f64,
    percent_15_24: f64,
    percent_25_44: f64,
    percent_45_64: f64,
    percent_65_up: f64,
}

#[derive(Deserialize)]
struct MaritalRow {
    age_to_years: i32,
    sex: char,
    single: f64,
    married: f64,
    divorced: f64,
    widowed: f64,
}

#[derive(Deserialize)]
struct SchemeRow {
    scheme: String,
    percent: f64,
}

#[derive(Deserialize)]
struct MemberRow {
    province: String,
    percent_with_scheme: f64,
}

impl HealthTables {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let blood: Vec<BloodTypeRow> = rows("blood_types.csv", BLOOD_TYPES)?;
        let mut schemes: Vec<SchemeRow> = rows("medical_schemes.csv", SCHEMES)?;
        schemes.retain(|row| row.scheme != STATE);
        let (condition_codes, condition_percents) = conditions()?;
        let marital: Vec<MaritalRow> = rows("marital_status.csv", MARITAL_STATUSES)?;
        let marital = marital.into_iter().map(|row| {
            let weights = [row.single, row.married, row.divorced, row.widowed];
            Ok(MaritalGroup {
                age_to_years: row.age_to_years,
                is_female: row.sex == 'F',
                list: Weighted::new(&weights).ok_or(TableError::Weights("marital_status.csv"))?,
            })
        });
        let members: Vec<MemberRow> = rows("medical_scheme_by_province.csv", MEMBERS)?;
        Ok(Self {
            blood_type_list: list("blood_types.csv", blood.iter().map(|row| row.percent))?,
            blood_types: blood.into_iter().map(|row| row.blood_type).collect(),
            condition_codes,
            condition_percents,
            marital: marital.collect::<Result<_, _>>()?,
            scheme_list: list("medical_schemes.csv", schemes.iter().map(|row| row.percent))?,
            schemes: schemes.into_iter().map(|row| row.scheme).collect(),
            members_percent: members
                .into_iter()
                .map(|row| (row.province, row.percent_with_scheme))
                .collect(),
        })
    }

    pub(super) fn draw_blood_type(&self, random: &mut SplitMix64) -> &str {
        &self.blood_types[self.blood_type_list.draw(random)]
    }

    /// A scheme by its share among members, or the state.
    pub(super) fn draw_scheme(&self, province: &str, random: &mut SplitMix64) -> &str {
        let percent = self.members_percent.get(province).copied().unwrap_or(0.0);
        if random.percent(percent) {
            &self.schemes[self.scheme_list.draw(random)]
        } else {
            STATE
        }
    }

    /// Another scheme than that one, or the state where only members of it were drawn.
    pub(super) fn draw_other_scheme(
        &self,
        scheme: &str,
        province: &str,
        random: &mut SplitMix64,
    ) -> &str {
        const DRAWS_MAX: usize = 60;
        let drawn = std::iter::repeat_with(|| self.draw_scheme(province, random));
        let other = drawn.take(DRAWS_MAX).find(|drawn| *drawn != scheme);
        other.unwrap_or(STATE)
    }

    pub(super) fn draw_marital_status(
        &self,
        person: &Person<'_>,
        on: NaiveDate,
        random: &mut SplitMix64,
    ) -> &'static str {
        let age = person.age_years(on);
        let of_sex = |it: &&MaritalGroup| it.is_female == person.is_female();
        let mut groups = self.marital.iter().filter(of_sex);
        let group = groups.find(|it| age <= it.age_to_years);
        MARITAL[group.map_or(0, |it| it.list.draw(random))]
    }

    pub(super) fn draw_conditions(
        &self,
        person: &Person<'_>,
        on: NaiveDate,
        random: &mut SplitMix64,
    ) -> Conditions {
        let mut conditions = Conditions::default();
        for (place, percent) in self.condition_percents(person, on).enumerate() {
            if random.percent(percent) {
                conditions.0 |= 1 << place;
            }
        }
        conditions
    }

    /// Adds a condition that is drawn among those of the person's age and sex, in proportion to how
    /// many have them, where the person has not got it yet.
    pub(super) fn add_condition(
        &self,
        conditions: &mut Conditions,
        person: &Person<'_>,
        on: NaiveDate,
        random: &mut SplitMix64,
    ) {
        let has = |place: usize| conditions.0 & 1 << place != 0;
        let percents = self.condition_percents(person, on).enumerate();
        let others = percents.filter(|(place, _)| !has(*place));
        let others: Vec<(usize, f64)> = others.collect();
        let total: f64 = others.iter().map(|(_, percent)| percent).sum();
        let mut left = random.fraction() * total;
        let found = others.into_iter().find(|(_, percent)| {
            left -= percent;
            left < 0.0
        });
        if let Some((place, _)) = found {
            conditions.0 |= 1 << place;
        }
    }

    /// How many in a hundred of the person's age and sex have each condition.
    fn condition_percents(&self, person: &Person<'_>, on: NaiveDate) -> impl Iterator<Item = f64> {
        let age = person.age_years(on);
        let column = CONDITION_AGES.iter().filter(|to| age > **to).count();
        let of_sex = &self.condition_percents[usize::from(!person.is_female())];
        of_sex.iter().map(move |percents| percents[column])
    }

    /// The codes of conditions, ascending, and what they stand for.
    pub(super) fn codes(&self, conditions: Conditions) -> impl Iterator<Item = (&str, &str)> {
        let codes = self.condition_codes.iter().enumerate();
        let has = move |place: usize| conditions.0 & 1 << place != 0;
        codes
            .filter(move |(place, _)| has(*place))
            .map(|(_, (code, name))| (code.as_str(), name.as_str()))
    }
}

/// What follows a marital status; the shares of divorce and death are an assumption.
pub(super) fn next_marital_status(status: &str, random: &mut SplitMix64) -> &'static str {
    let [_, married, divorced, widowed] = MARITAL;
    if status != married {
        return married;
    }
    if random.percent(55.0) {
        divorced
    } else {
        widowed
    }
}

fn list(table: &'static str, weights: impl Iterator<Item = f64>) -> Result<Weighted, TableError> {
    Weighted::new(&weights.collect::<Vec<f64>>()).ok_or(TableError::Weights(table))
}

type ConditionTable = (Vec<(String, String)>, [Vec<[f64; 5]>; 2]);

/// The codes, ascending, and how many women and men have each.
fn conditions() -> Result<ConditionTable, TableError> {
    let table = "chronic_conditions.csv";
    let mut found: Vec<ConditionRow> = rows(table, CONDITIONS)?;
    found.sort_by(|one, other| one.icd10.cmp(&other.icd10));
    let named = |row: &ConditionRow| (row.icd10.clone(), row.condition.clone());
    let mut codes: Vec<(String, String)> = found.iter().map(named).collect();
    codes.dedup();
    let of_sex = |sex: char| -> Vec<[f64; 5]> {
        let rows = found.iter().filter(|row| row.sex == sex);
        rows.map(|row| {
            [
                row.percent_0_14,
                row.percent_15_24,
                row.percent_25_44,
                row.percent_45_64,
                row.percent_65_up,
            ]
        })
        .collect()
    };
    let percents = [of_sex('F'), of_sex('M')];
    if percents.iter().any(|rows| rows.len() != codes.len()) || codes.len() > 32 {
        return Err(TableError::Weights(table));
    }
    Ok((codes, percents))
}
