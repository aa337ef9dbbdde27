//! What can be wrong with a file or its lines: each is told with file and line, and the rest goes on.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use crate::books::assert_balanced;
use crate::landing::Delivery;
use crate::place::Place;

const HEADER: &str = "encounter_id,patient_id,line_number,item_code,description,quantity,unit_price_cents,amount_cents,charged_at";

const LINES: usize = 30;

/// A line of charges by its number in the file.
pub(crate) fn line(number: usize) -> String {
    format!("E{number},P{number},1,X,Bandage,1,100,100,2026-03-01T08:00:00Z")
}

pub(crate) fn charges() -> String {
    charges_with(&[])
}

/// Charges with some lines changed, by their numbers.
pub(crate) fn charges_with(changed: &[(usize, &str)]) -> String {
    let mut text = format!("{HEADER}\n");
    for number in 2..LINES + 2 {
        match changed.iter().find(|(it, _)| *it == number) {
            Some((_, line)) => writeln!(text, "{line}").unwrap(),
            None => writeln!(text, "{}", line(number)).unwrap(),
        }
    }
    text
}

pub(crate) const PROCEDURES: &str = "encounter_id,patient_id,line_number,code,description,performed_at,staff_id\n\
    E1,P1,1,88.72,Echocardiography,2026-03-01T08:00:00Z,S000001\n";

/// A file with a fault, beside one without.
struct Fault {
    name: &'static str,
    /// What the manifest speaks of.
    said: Vec<u8>,
    /// What is there.
    there: There,
    told: Told,
}

enum There {
    /// What the manifest speaks of.
    Same,
    Bytes(Vec<u8>),
    Compressed(Vec<u8>),
    Made(fn(&Path)),
}

enum Told {
    /// So many lines are loaded, these are quarantined.
    Lines(usize, Vec<(i64, &'static str)>),
    Refused(&'static str, &'static str),
}

fn refused(
    name: &'static str,
    said: impl Into<Vec<u8>>,
    rule: &'static str,
    reason: &'static str,
) -> Fault {
    Fault {
        name,
        said: said.into(),
        there: There::Same,
        told: Told::Refused(rule, reason),
    }
}

fn differs(name: &'static str, there: There, rule: &'static str, reason: &'static str) -> Fault {
    Fault {
        there,
        ..refused(name, charges(), rule, reason)
    }
}

fn lines(name: &'static str, said: impl Into<Vec<u8>>, bad: &[(i64, &'static str)]) -> Fault {
    Fault {
        name,
        said: said.into(),
        there: There::Same,
        told: Told::Lines(LINES, bad.to_vec()),
    }
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn whole_files() -> Vec<Fault> {
    let text = charges();
    let cut = text.as_bytes()[..text.len() / 2].to_vec();
    let changed = text.replacen("Bandage", "Bondage", 1).into_bytes();
    let longer = format!("{text}{}\n", line(99)).into_bytes();
    let mut trailing = zstd(text.as_bytes());
    trailing.extend(b"garbage");
    let packed = zstd(text.as_bytes());
    let bomb = zstd(&[HEADER.as_bytes(), b"\n", &vec![0; 200_000_000]].concat());
    let bad: Vec<(usize, &str)> = (2..20).map(|number| (number, "bad")).collect();
    let is_missing = "column quantity is missing";
    vec![
        differs(
            "truncated",
            There::Bytes(cut),
            "FIL-002",
            "bytes where the manifest says",
        ),
        differs("changed", There::Bytes(changed), "FIL-002", "SHA-256"),
        differs("longer", There::Bytes(longer), "FIL-002", "more than the"),
        differs(
            "cut archive",
            There::Compressed(packed[..packed.len() / 2].to_vec()),
            "FIL-007",
            "unpacked",
        ),
        differs(
            "no archive",
            There::Compressed(b"no zstd".to_vec()),
            "FIL-007",
            "unpacked",
        ),
        differs(
            "trailing garbage",
            There::Compressed(trailing),
            "FIL-007",
            "unpacked",
        ),
        differs("bomb", There::Compressed(bomb), "FIL-002", "more than the"),
        differs(
            "folder",
            There::Made(|path| fs::create_dir(path).unwrap()),
            "FIL-004",
            "stands in its place",
        ),
        differs("link", There::Made(link), "FIL-004", "stands in its place"),
        differs(
            "dangling link",
            There::Made(dangling_link),
            "FIL-004",
            "stands in its place",
        ),
        differs("pipe", There::Made(pipe), "FIL-004", "stands in its place"),
        refused(
            "missing column",
            text.replacen("quantity", "how_many", 1),
            "FIL-003",
            is_missing,
        ),
        refused(
            "duplicate header",
            text.replacen("description", "quantity", 1),
            "FIL-003",
            "more than once",
        ),
        refused(
            "no header",
            text.split_once('\n').unwrap().1,
            "FIL-003",
            "is missing",
        ),
        refused("empty", "", "FIL-003", "the file is empty"),
        refused("header of NULs", "\0\0\0\n", "FIL-003", "is missing"),
        refused(
            "header in Latin-1",
            b"caf\xe9\n".to_vec(),
            "FIL-003",
            "no UTF-8",
        ),
        refused(
            "bad lines",
            charges_with(&bad),
            "FIL-005",
            "18 of 30 lines are bad, and 15 may be; the first: line 2, EHR-001",
        ),
    ]
}

fn bad_lines() -> Vec<Fault> {
    let text = charges();
    let columns: Vec<usize> = vec![8, 2, 0, 5, 4, 3, 7, 6, 1];
    let swap = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        columns
            .iter()
            .map(|it| fields[*it])
            .collect::<Vec<_>>()
            .join(",")
            + "\n"
    };
    let mut latin = text.clone().into_bytes();
    let place = memchr::memmem::find(&latin, b"E5,P5,1,X,B").unwrap();
    latin[place + 10] = 0xe9;
    let long = format!("E7,P7,1,X,{},1,1,1,", "x".repeat(10_000_000));
    let with = |number: usize, line: &str| charges_with(&[(number, line)]);
    let compressed = Fault {
        there: There::Compressed(zstd(text.as_bytes())),
        ..lines("compressed", text.clone(), &[])
    };
    let header_alone = Fault {
        told: Told::Lines(0, Vec::new()),
        ..lines("header alone", format!("{HEADER}\n"), &[])
    };
    vec![
        compressed,
        header_alone,
        lines(
            "columns in another order",
            text.lines().map(swap).collect::<String>(),
            &[],
        ),
        lines(
            "another column",
            text.replace(",2026", ",,2026")
                .replacen("charged_at", "more,charged_at", 1),
            &[],
        ),
        lines("BOM", format!("\u{feff}{text}"), &[]),
        lines("CRLF", text.replace('\n', "\r\n"), &[]),
        lines("no end of the last line", text.trim_end(), &[]),
        lines(
            "quotes",
            with(4, "E4,P4,1,X,\"5\"\" wide, long\",1,100,100,"),
            &[],
        ),
        lines(
            "line break in quotes",
            with(4, "E4,P4,1,X,\"a\nb\",1,100,100,"),
            &[(4, "ADT-010")],
        ),
        lines(
            "open quote",
            with(4, "E4,P4,1,X,\"a,1,100,100,"),
            &[(4, "EHR-001")],
        ),
        lines("Latin-1", latin, &[(5, "EHR-001")]),
        lines("10 MB", with(7, &long), &[(7, "EHR-001")]),
        lines("NULs", with(6, "\0\0\0\0\0\0\0\0"), &[(6, "EHR-001")]),
        lines(
            "NUL in a field",
            with(6, "E6,P6,1,X,a\0b,1,1,1,"),
            &[(6, "ADT-010")],
        ),
        lines(
            "few and many fields",
            charges_with(&[(2, "E2,P2"), (3, ",,,,,,,,,,")]),
            &[(2, "EHR-001"), (3, "EHR-001")],
        ),
        lines("empty line", with(9, ""), &[(9, "EHR-001")]),
        lines(
            "huge number",
            with(8, "E8,P8,1,X,B,99999999999999999999,1,1,"),
            &[(8, "EHR-003")],
        ),
        lines(
            "huge line number",
            with(8, "E8,P8,4294967297,X,B,1,1,1,"),
            &[(8, "EHR-002")],
        ),
        lines("no patient", with(8, "E8,,1,X,B,1,1,1,"), &[(8, "ADT-008")]),
        lines(
            "no encounter",
            with(8, ",P8,1,X,B,1,1,1,"),
            &[(8, "ADT-009")],
        ),
        lines(
            "date of nowhere",
            with(8, "E8,P8,1,X,B,1,1,1,2026-02-30T08:00:00Z"),
            &[(8, "ADT-006")],
        ),
        lines(
            "year of nowhere",
            with(8, "E8,P8,1,X,B,1,1,1,+200000-01-01T08:00:00Z"),
            &[(8, "ADT-006")],
        ),
    ]
}

fn link(path: &Path) {
    std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
}

fn dangling_link(path: &Path) {
    std::os::unix::fs::symlink("/nowhere", path).unwrap();
}

fn pipe(path: &Path) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
}

impl Fault {
    /// Puts a delivery with the fault into the landing folder.
    fn land(&self, landing: &Path, date: NaiveDate) -> Delivery {
        let delivery = Delivery::new(&date.to_string(), "ROSEBANK")
            .with("charges.csv", self.said.clone())
            .with(
                "procedures.csv",
                PROCEDURES.replace("E1", &format!("E{date}")),
            );
        let mut manifest = delivery.manifest();
        if let Told::Lines(lines, _) = self.told {
            // A record may have several lines, and the last one no end.
            manifest["files"][0]["rows"] = lines.into();
        }
        delivery.land_under(landing, &manifest);
        let path = delivery.folder(landing).join("charges.csv");
        match &self.there {
            There::Same => {}
            There::Bytes(bytes) => fs::write(path, bytes).unwrap(),
            There::Compressed(bytes) => {
                fs::remove_file(&path).unwrap();
                fs::write(path.with_extension("csv.zst"), bytes).unwrap();
            }
            There::Made(make) => {
                fs::remove_file(&path).unwrap();
                make(&path);
            }
        }
        delivery
    }
}

/// The rows of a query over texts, of a day.
pub(crate) async fn told(place: &Place, sql: &str, date: NaiveDate) -> Vec<(String, String)> {
    let client = place.warehouse.superuser().await;
    let rows = client.query(sql, &[&date]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

const QUARANTINED: &str = "
    select quarantine.line::text, rule from ops.quarantine join bronze.file using (file_id)
    where extract_date = $1 order by quarantine.line";

pub(crate) const REFUSED: &str =
    "select rule, path || ': ' || reason from ops.file_refusal where extract_date = $1";

async fn assert_told(place: &Place, fault: &Fault, date: NaiveDate) {
    let name = fault.name;
    let delivery = fault.land(place.landing(), date);
    let summary = place.once().await;
    let quarantined = told(place, QUARANTINED, date).await;
    let refusals = told(place, REFUSED, date).await;
    match &fault.told {
        Told::Lines(lines, bad) => {
            assert_eq!((summary.files, summary.refused), (2, 0), "{name}");
            assert_eq!(summary.lines, *lines as u64 + 1, "{name}");
            let bad: Vec<_> = bad
                .iter()
                .map(|(line, rule)| (line.to_string(), (*rule).to_owned()))
                .collect();
            assert_eq!(quarantined, bad, "{name}");
            assert_eq!(refusals, [], "{name}");
            assert_eq!(place.left(), Vec::<String>::new(), "{name}");
        }
        Told::Refused(rule, reason) => {
            assert_eq!((summary.files, summary.refused), (1, 1), "{name}");
            assert_eq!(quarantined, [], "{name}");
            let [(by, why)] = &refusals[..] else {
                panic!("{name}: {refusals:?}");
            };
            assert_eq!(by, rule, "{name}");
            assert!(why.contains(reason), "{name}: {why}");
            assert!(
                why.starts_with(&format!("{date}/ROSEBANK/charges.csv")),
                "{name}: {why}"
            );
            assert_eq!(place.left(), Vec::<String>::new(), "{name}");
            let refused = place.settings.archive.join("refused").join(&delivery.date);
            assert!(
                refused.join("ROSEBANK").read_dir().unwrap().count() == 1,
                "{name}"
            );
            // The right file takes its place.
            delivery
                .with("charges.csv", charges())
                .land(place.landing());
            let summary = place.once().await;
            assert_eq!(
                (summary.files, summary.again, summary.refused),
                (1, 1, 0),
                "{name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_file_is_told_and_the_rest_goes_on() {
    let place = Place::new().await;
    let mut date = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
    for fault in whole_files().iter().chain(&bad_lines()) {
        assert_told(&place, fault, date).await;
        date = date.succ_opt().unwrap();
    }
    assert_balanced(&place.warehouse).await;
}
