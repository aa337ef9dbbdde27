use chrono::NaiveDate;
use tokio_postgres::Transaction;

use super::Books;
use crate::verify::check::with_concepts;

/// What came in one file of an extract, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBooks {
    /// The hospital; `None` of what the network sent for all of them.
    pub hospital_code: Option<String>,
    /// Kind of file: `patients`, `encounters` and so on.
    pub kind: String,
    /// Day that the file is of, by its sender's calendar.
    pub extract_date: NaiveDate,
    /// Whether all of it is loaded.
    pub is_loaded: bool,
    /// Lines without the header.
    pub lines: i64,
    /// Rows of silver; of a snapshot the patients who are registered as of its day, as a line that
    /// says what the day before said leaves no row.
    pub loaded: i64,
    /// Lines that repeat what silver already held.
    pub duplicate: i64,
    /// Lines that a rule refused.
    pub quarantined: i64,
    /// Lines of erased patients.
    pub erased: i64,
}

impl FileBooks {
    /// Whether all lines have an outcome, by number alone; a file that is being loaded may wait.
    pub fn balance(&self) -> bool {
        self.imbalance() == 0
    }

    pub(super) fn imbalance(&self) -> i64 {
        let outcomes = self.loaded + self.duplicate + self.quarantined + self.erased;
        if self.is_loaded {
            (self.lines - outcomes).abs()
        } else {
            0
        }
    }
}

/// The sum over some files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindBooks {
    /// Kind of file, or `total`.
    pub kind: String,
    /// How many files.
    pub files: i64,
    /// How many of them are not loaded whole yet.
    pub loading: i64,
    /// Lines without headers.
    pub lines: i64,
    /// See [`FileBooks::loaded`].
    pub loaded: i64,
    /// See [`FileBooks::duplicate`].
    pub duplicate: i64,
    /// See [`FileBooks::quarantined`].
    pub quarantined: i64,
    /// See [`FileBooks::erased`].
    pub erased: i64,
    /// Whether each of the files balances.
    pub balance: bool,
}

impl KindBooks {
    fn of<'a>(kind: &str, files: impl Iterator<Item = &'a FileBooks>) -> Self {
        let none = Self {
            kind: kind.to_owned(),
            files: 0,
            loading: 0,
            lines: 0,
            loaded: 0,
            duplicate: 0,
            quarantined: 0,
            erased: 0,
            balance: true,
        };
        files.fold(none, |sum, file| Self {
            kind: sum.kind,
            files: sum.files + 1,
            loading: sum.loading + i64::from(!file.is_loaded),
            lines: sum.lines + file.lines,
            loaded: sum.loaded + file.loaded,
            duplicate: sum.duplicate + file.duplicate,
            quarantined: sum.quarantined + file.quarantined,
            erased: sum.erased + file.erased,
            balance: sum.balance && file.balance(),
        })
    }
}

impl Books {
    /// The sum over the files of each kind.
    pub fn kinds(&self) -> Vec<KindBooks> {
        let of_one_kind = self.files.chunk_by(|a, b| a.kind == b.kind);
        of_one_kind
            .filter_map(|files| Some(KindBooks::of(&files.first()?.kind, files.iter())))
            .collect()
    }

    /// The sum over all files.
    pub fn files_total(&self) -> KindBooks {
        KindBooks::of("total", self.files.iter())
    }
}

/// Counts the books of files in the transaction's snapshot.
pub(super) async fn count(
    transaction: &Transaction<'_>,
) -> Result<Vec<FileBooks>, tokio_postgres::Error> {
    let sql = with_concepts(include_str!("../../../sql/verify/file-books.sql"));
    let rows = transaction.query(&sql, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(FileBooks {
                hospital_code: row.try_get("hospital_code")?,
                kind: row.try_get("kind")?,
                extract_date: row.try_get("extract_date")?,
                is_loaded: row.try_get("is_loaded")?,
                lines: row.try_get("lines")?,
                loaded: row.try_get("loaded")?,
                duplicate: row.try_get("duplicate")?,
                quarantined: row.try_get("quarantined")?,
                erased: row.try_get("erased")?,
            })
        })
        .collect()
}
