//! `departments.csv`.

use std::path::Path;

use domain::department::DepartmentStatement;
use domain::network::{Department, Network};

use crate::output::{self, OutputError, Writing, Written};
use crate::text::write_number;

/// The file's name.
pub const NAME: &str = "departments.csv";

const HEADER: &str = "hospital_code,department_code,name,kind,beds\n";

/// Writes the departments of all hospitals, in the order of the network file.
pub fn write(
    network: &Network,
    writing: &Writing,
    file: (&Path, &str),
) -> Result<Written, OutputError> {
    let mut text = HEADER.as_bytes().to_vec();
    let mut rows = 0;
    for hospital in &network.hospitals {
        for department in &hospital.departments {
            write_row(&hospital.code, department, &mut text);
            rows += 1;
        }
    }
    output::write_whole(writing, file, (text, rows))
}

fn write_row(hospital_code: &str, department: &Department, out: &mut Vec<u8>) {
    let stated = DepartmentStatement::of_network(hospital_code, department);
    let attributes = stated.statement.attributes;
    let code = &*department.code;
    for text in [hospital_code, code, &attributes.name, &attributes.kind] {
        write_field(text, out);
        out.push(b',');
    }
    if let Some(beds) = attributes.beds {
        write_number(out, u64::from(beds.unsigned_abs()));
    }
    out.push(b'\n');
}

/// A network file may call a department anything: it is quoted where it must be (RFC 4180).
fn write_field(text: &str, out: &mut Vec<u8>) {
    if text.contains([',', '"', '\n', '\r']) {
        let quoted = text.replace('"', "\"\"");
        out.extend_from_slice(format!("\"{quoted}\"").as_bytes());
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}
