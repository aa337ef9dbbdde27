//! The four tables joined to encounters.

use std::collections::HashMap;
use std::sync::Arc;

use super::admission::Admission;
use super::encounter::Encounter;
use super::patient::Patient;
use super::record::{Record, Records, Refusals};
use super::refusal::{Reason, RefusedRow};
use super::service::{Service, Services};
use super::transfer::{Movement, Transfer};

/// The four tables as they were read.
pub(super) struct Tables {
    pub(super) patients: Records<Patient>,
    pub(super) admissions: Records<Admission>,
    pub(super) transfers: Records<Transfer>,
    pub(super) services: Records<Service>,
}

/// The rows of an encounter.
struct Draft {
    /// Line of its row in ADMISSIONS.
    line: u64,
    admission: Admission,
    patient: Arc<Patient>,
    transfers: Vec<Transfer>,
    services: Vec<Service>,
}

/// Drafts by encounter. Identity.
type Drafts = HashMap<String, Draft>;

/// A row that belongs to an encounter and a patient.
trait Part: Record {
    fn subject_id(&self) -> &str;
}

impl Part for Transfer {
    fn subject_id(&self) -> &str {
        &self.subject_id
    }
}

impl Part for Service {
    fn subject_id(&self) -> &str {
        &self.subject_id
    }
}

/// Joins the tables. A row that refers to one which is not there, or is refused, is refused too.
pub(super) fn join(tables: Tables) -> (Vec<Encounter>, Vec<RefusedRow>) {
    let Tables {
        patients,
        mut admissions,
        mut transfers,
        mut services,
    } = tables;
    let encounters = || {
        let rows = admissions.rows.iter().map(|(_, admission)| admission);
        rows.map(|admission| (admission.hadm_id.as_str(), admission.subject_id.as_str()))
    };
    transfers.refused.suspect(encounters());
    services.refused.suspect(encounters());
    let mut drafts = drafts(admissions.rows, &patients, &mut admissions.refused);
    for (line, transfer) in transfers.rows {
        match owner(&mut drafts, &admissions.refused, &transfer) {
            Ok(draft) => draft.transfers.push(transfer),
            Err(refusal) => refusal.add(line, &transfer, &mut transfers.refused),
        }
    }
    refuse_empty(&mut drafts, &transfers.refused, &mut admissions.refused);
    for (line, service) in services.rows {
        match owner(&mut drafts, &admissions.refused, &service) {
            Ok(draft) if comes_too_late(draft, &service) => {
                let row = Service::TABLE.refusal(line, "transfertime", Reason::AfterDischarge);
                services.refused.rows.push(row);
            }
            Ok(draft) => draft.services.push(service),
            Err(refusal) => refusal.add(line, &service, &mut services.refused),
        }
    }
    let encounters = drafts
        .into_values()
        .map(|draft| draft.finish(&transfers.refused, &services.refused))
        .collect();
    let mut refused = Vec::new();
    for table in [
        admissions.refused,
        patients.refused,
        services.refused,
        transfers.refused,
    ] {
        refused.extend(table.rows);
    }
    refused.sort_by_key(|row| (row.file, row.line));
    (encounters, refused)
}

/// A draft of each admission whose patient is known. An encounter without its patient is not sent:
/// its events would state that the patient has no sex and no birth date.
fn drafts(
    rows: Vec<(u64, Admission)>,
    patients: &Records<Patient>,
    refused: &mut Refusals,
) -> Drafts {
    let known: HashMap<&str, Arc<Patient>> = patients
        .rows
        .iter()
        .map(|(_, patient)| (patient.key(), Arc::new(patient.clone())))
        .collect();
    let mut drafts = Drafts::new();
    for (line, admission) in rows {
        let Some(patient) = known.get(admission.subject_id.as_str()) else {
            let reason = absence::<Patient>(&patients.refused, &admission.subject_id);
            let row = Admission::TABLE.refusal(line, "subject_id", reason);
            refused.add(admission.hadm_id, row);
            continue;
        };
        let draft = Draft {
            line,
            patient: Arc::clone(patient),
            transfers: Vec::new(),
            services: Vec::new(),
            admission,
        };
        drafts.insert(draft.admission.hadm_id.clone(), draft);
    }
    drafts
}

/// Why a key has no row in the table.
fn absence<T: Record>(refused: &Refusals, key: &str) -> Reason {
    let file = T::TABLE.file;
    match refused.line(key) {
        Some(line) => Reason::Refused { file, line },
        None => Reason::Missing { file },
    }
}

/// Why a row has no encounter to go to.
struct Stray {
    column: &'static str,
    reason: Reason,
}

impl Stray {
    fn add<T: Record>(self, line: u64, record: &T, refused: &mut Refusals) {
        let row = T::TABLE.refusal(line, self.column, self.reason);
        refused.add(record.key().to_owned(), row);
    }
}

/// The draft to which a row belongs.
fn owner<'a, T: Part>(
    drafts: &'a mut Drafts,
    refused_admissions: &Refusals,
    part: &T,
) -> Result<&'a mut Draft, Stray> {
    let draft = drafts.get_mut(part.key()).ok_or_else(|| Stray {
        column: "hadm_id",
        reason: absence::<Admission>(refused_admissions, part.key()),
    })?;
    if draft.admission.subject_id != part.subject_id() {
        return Err(Stray {
            column: "subject_id",
            reason: Reason::OtherPatient { line: draft.line },
        });
    }
    Ok(draft)
}

/// Refuses the encounters of which TRANSFERS says nothing.
fn refuse_empty(drafts: &mut Drafts, transfers: &Refusals, admissions: &mut Refusals) {
    let file = Transfer::TABLE.file;
    drafts.retain(|hadm_id, draft| {
        if draft.transfers.is_empty() {
            let reason = if transfers.may_have(hadm_id) {
                Reason::NothingLeft { file }
            } else {
                Reason::Missing { file }
            };
            admissions.add_record(draft.line, &draft.admission, reason);
        }
        !draft.transfers.is_empty()
    });
}

/// Whether a service takes over when the patient has left: no event can say that.
fn comes_too_late(draft: &Draft, service: &Service) -> bool {
    draft
        .transfers
        .iter()
        .any(|transfer| transfer.movement == Movement::Discharge && transfer.at <= service.at)
}

impl Draft {
    fn finish(mut self, transfers: &Refusals, services: &Refusals) -> Encounter {
        self.services.sort_unstable();
        let hadm_id = &self.admission.hadm_id;
        let may_lack_transfers = transfers.may_have(hadm_id);
        let services = Services {
            are_complete: !services.may_have(hadm_id),
            rows: self.services,
        };
        Encounter::new(
            self.admission,
            self.patient,
            self.transfers,
            may_lack_transfers,
            services,
        )
    }
}
