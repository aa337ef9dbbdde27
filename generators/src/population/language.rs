//! What people speak at home, and what they are called.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::table::{self, TableError};
use crate::random::SplitMix64;
use crate::text::Text;
use crate::weighted::Weighted;

/// Home languages by province, and names by language; sources in `docs/population.md`.
const LANGUAGES: &str = include_str!("../../data/population/languages.csv");
const NAMES: &str = include_str!("../../data/population/names.toml");

/// How many first speakers of English in a hundred have names of Indian descent, by province. The
/// share in KwaZulu-Natal, where most live, and elsewhere: an assumption.
const INDIAN_NAMES_PERCENT: (&str, f64, f64) = ("KwaZulu-Natal", 55.0, 12.0);

/// Names of people of one language.
#[derive(Debug)]
pub(super) struct Names {
    female: NameList,
    male: NameList,
    last: NameList,
}

/// A name.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) text: Text<23>,
    /// Its letters, small, as an e-mail address has them.
    pub(super) letters: Text<23>,
}

#[derive(Debug)]
struct NameList {
    names: Vec<Name>,
    list: Weighted,
}

#[derive(Deserialize)]
struct LanguageRow {
    province: String,
    language: String,
    percent: f64,
}

#[derive(Deserialize)]
struct NameTable {
    female: Vec<String>,
    male: Vec<String>,
    last: Vec<String>,
}

/// The languages.
#[derive(Debug)]
pub(super) struct Languages {
    list: Vec<Language>,
    indian_names: Names,
    spoken: Vec<Spoken>,
    /// Where what is spoken in a province stands.
    by_province: HashMap<String, usize>,
}

/// What is spoken in a province.
#[derive(Debug)]
pub(super) struct Spoken {
    /// How many speak each of the languages.
    list: Weighted,
    /// How many first speakers of English in a hundred have names of Indian descent.
    indian_names_percent: f64,
}

#[derive(Debug)]
struct Language {
    name: String,
    names: Names,
}

impl Languages {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let rows = table::rows::<LanguageRow>("languages.csv", LANGUAGES)?;
        let mut tables: BTreeMap<String, NameTable> =
            toml::from_str(NAMES).map_err(|source| TableError::Names {
                table: "names.toml",
                source,
            })?;
        let indian_names = take_names(&mut tables, "English-Indian")?;
        let mut languages: Vec<Language> = Vec::new();
        let mut weights: HashMap<String, Vec<f64>> = HashMap::new();
        for row in rows {
            let known = languages.iter().position(|it| it.name == row.language);
            let place = known.unwrap_or(languages.len());
            if known.is_none() {
                let names = take_names(&mut tables, &row.language)?;
                languages.push(Language {
                    name: row.language,
                    names,
                });
            }
            let weights = weights.entry(row.province).or_default();
            weights.resize(weights.len().max(place + 1), 0.0);
            weights[place] = row.percent;
        }
        let (provinces, weights): (Vec<String>, Vec<Vec<f64>>) = weights.into_iter().unzip();
        let spoken = provinces.iter().zip(weights).map(|(province, weights)| {
            let (home, at_home, elsewhere) = INDIAN_NAMES_PERCENT;
            Ok(Spoken {
                list: Weighted::new(&weights).ok_or(TableError::Weights("languages.csv"))?,
                indian_names_percent: if province == home { at_home } else { elsewhere },
            })
        });
        Ok(Self {
            spoken: spoken.collect::<Result<_, _>>()?,
            by_province: provinces.into_iter().zip(0..).collect(),
            list: languages,
            indian_names,
        })
    }

    /// The number of a province, by which [`Languages::draw`] knows it.
    pub(super) fn province(&self, name: &str) -> Result<usize, TableError> {
        let found = self.by_province.get(name).copied();
        found.ok_or_else(|| TableError::Reference {
            table: "municipalities.csv",
            value: name.to_owned(),
            other: "languages.csv",
        })
    }

    /// A language that is spoken there, and the names of somebody who speaks it.
    pub(super) fn draw(&self, province: usize, random: &mut SplitMix64) -> (&str, &Names) {
        let spoken = &self.spoken[province];
        let language = &self.list[spoken.list.draw(random)];
        let names = if language.name == "English" && random.percent(spoken.indian_names_percent) {
            &self.indian_names
        } else {
            &language.names
        };
        (&language.name, names)
    }
}

impl Names {
    /// A first and a last name.
    pub(super) fn draw(&self, is_female: bool, random: &mut SplitMix64) -> (&Name, &Name) {
        let first = if is_female { &self.female } else { &self.male };
        (first.draw(random), self.last.draw(random))
    }
}

impl Name {
    fn new(name: &str) -> Result<Self, TableError> {
        let letters = name.chars().filter(char::is_ascii_alphabetic);
        let letters: String = letters.map(|it| it.to_ascii_lowercase()).collect();
        Ok(Self {
            text: table::text("names.toml", name)?,
            letters: table::text("names.toml", &letters)?,
        })
    }
}

impl NameList {
    /// Names of a list that begins with the commonest: each weighs as the inverse of its rank, set
    /// off so that the first is not overwhelming.
    fn new(names: &[String]) -> Result<Self, TableError> {
        let ranks = 0..u32::try_from(names.len()).unwrap_or(0);
        let weights: Vec<f64> = ranks.map(|rank| 1.0 / f64::from(rank + 12)).collect();
        let list = Weighted::new(&weights).ok_or(TableError::Weights("names.toml"))?;
        let names = names.iter().map(|name| Name::new(name));
        Ok(Self {
            names: names.collect::<Result<_, _>>()?,
            list,
        })
    }

    fn draw(&self, random: &mut SplitMix64) -> &Name {
        &self.names[self.list.draw(random)]
    }
}

fn take_names(
    tables: &mut BTreeMap<String, NameTable>,
    language: &str,
) -> Result<Names, TableError> {
    let table = tables.remove(language).ok_or(TableError::Reference {
        table: "languages.csv",
        value: language.to_owned(),
        other: "names.toml",
    })?;
    Ok(Names {
        female: NameList::new(&table.female)?,
        male: NameList::new(&table.male)?,
        last: NameList::new(&table.last)?,
    })
}
