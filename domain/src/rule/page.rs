use std::fmt::Write as _;

use super::{Rule, Severity, department, file, history, line, record, staff, warehouse};

const HEAD: &str = "\
# The rules by which data is judged

Generated from `domain/src/rule.rs` by `cargo run -q -p domain --example rules > docs/rules.md`; a test compares them.

A rule has a stable code, which `ops.quarantine`, `ops.file`, `silver.finding` and the `repairs` of silver's records name. A code is
never used for another rule. What a rule does with what it hits is its severity:

";

const RECORD: &str = "
## Record rules

They see one record and the hospitals of the network, and they alone repair or quarantine. A repair derives a value or
marks it unknown; it never invents. Bronze keeps all as sent, and the vault the ID number and the birth date. How a
birth date gets its century: [decision 7](decisions/007-age-is-computed-at-cleaning.md).

";

const LINE: &str = "
## Rules of lines

They see one line of a hospital's extract ([files.md](files.md)); the record rules judge lines, too.

";

const FILE: &str = "
## Rules of files

They see a file of an extract, which is loaded whole or not at all.

";

const STAFF: &str = "
## Rules of statements about staff

They see one statement. The record rules about values that events of patients have too (ids, hospitals, times, text, ID
numbers, birth dates, sex) judge them as well, under their own codes.

";

const DEPARTMENT: &str = "
## Rules of statements about departments

They see one statement, beside the record rules about ids, hospitals, times and text.

";

const WAREHOUSE: &str = "
## Rules of the warehouse

They see a record as its tables, constraints and triggers do, after all that cleaning knows. The record is found by
trying parts of its batch out ([operations.md](operations.md)).

";

const HISTORY: &str = "
## History rules

They see all records of a patient. They only ever find; [history.md](history.md) specifies them.

";

/// `docs/rules.md`: all rules as a page for readers.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for severity in [
        Severity::Quarantine,
        Severity::Repair,
        Severity::Finding,
        Severity::Refusal,
    ] {
        let _ = writeln!(page, "- **{severity}:** {}", severity.meaning());
    }
    for (head, rules) in [
        (RECORD, record::ALL),
        (LINE, line::ALL),
        (FILE, file::ALL),
        (STAFF, staff::ALL),
        (DEPARTMENT, department::ALL),
        (WAREHOUSE, warehouse::ALL),
        (HISTORY, history::ALL),
    ] {
        page.push_str(head);
        table(&mut page, rules);
    }
    page
}

fn table(page: &mut String, rules: &[&Rule]) {
    page.push_str("| rule | severity | finds | what is done, and why |\n|---|---|---|---|\n");
    for rule in rules {
        let Rule {
            code,
            severity,
            finds,
            action,
        } = rule;
        let _ = writeln!(page, "| `{code}` | {severity} | {finds} | {action} |");
    }
}
