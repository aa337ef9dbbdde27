use chrono::{DateTime, Utc};
use clap::Args;
use database::letter::{self, Refused, Selection, State};
use tokio_postgres::Client;
use uuid::Uuid;

/// The most letters of one call: they are held in memory, without what they hold.
const MOST: i64 = 100_000;

/// Which letters are looked for.
#[derive(Debug, Clone, Args)]
pub(super) struct FilterArgs {
    /// Those that a rule refused, by its code, such as ADT-006
    #[arg(long, value_name = "CODE")]
    rule: Option<String>,
    /// Those whose key begins with a hospital's code; a record without a key has no hospital
    #[arg(long, value_name = "CODE")]
    hospital: Option<String>,
    /// Those that were refused at this time or later, in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<DateTime<Utc>>,
    /// Those that were refused before this time, in RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<DateTime<Utc>>,
}

/// Letters by id or by what they have in common.
#[derive(Debug, Clone, Args)]
pub(super) struct Chosen {
    /// Their ids, as `list` tells them
    #[arg(value_name = "ID")]
    ids: Vec<Uuid>,
    #[command(flatten)]
    filter: FilterArgs,
    /// All of them, where neither an id nor a filter says which
    #[arg(long)]
    all: bool,
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "no time such as 2026-03-02T08:00:00Z".to_owned())
}

impl FilterArgs {
    /// What is looked for, in a state where one is said.
    pub(super) fn selection(&self, state: Option<State>) -> Selection {
        Selection {
            ids: None,
            rule: self.rule.clone(),
            hospital: self.hospital.clone(),
            state,
            since: self.since,
            until: self.until,
        }
    }

    fn says_nothing(&self) -> bool {
        self.selection(None) == Selection::default()
    }
}

impl Chosen {
    /// The letters, which are in one of some states. Whoever names one that is not is told so.
    pub(super) async fn find(
        &self,
        client: &Client,
        states: &[State],
    ) -> anyhow::Result<Vec<Refused>> {
        if self.ids.is_empty() && self.filter.says_nothing() && !self.all {
            anyhow::bail!("which? Name letters by id, by a filter such as --rule, or say --all");
        }
        let mut selection = self.filter.selection(None);
        if !self.ids.is_empty() {
            selection.ids = Some(self.ids.clone());
        }
        let mut letters = Vec::new();
        for &state in states {
            selection.state = Some(state);
            letters.extend(letter::select(client, &selection, MOST).await?);
        }
        if i64::try_from(letters.len()).is_ok_and(|found| found >= MOST) {
            eprintln!("These are the oldest {MOST}: say it again for the rest.");
        }
        let found = |id: &&Uuid| letters.iter().any(|letter| letter.quarantine_id == **id);
        let missing: Vec<String> = self
            .ids
            .iter()
            .filter(|id| !found(id))
            .map(Uuid::to_string)
            .collect();
        if !missing.is_empty() {
            let states: Vec<_> = states.iter().map(|state| state.as_str()).collect();
            anyhow::bail!(
                "no letter that is {} has the id {}; `consumer dead-letters list --state any` has all",
                states.join(" or "),
                missing.join(", ")
            );
        }
        Ok(letters)
    }
}
