//! The faults of one file of an extract.

use chrono::{DateTime, NaiveDate, Utc};
use domain::network::Network;

use super::line::{Extract, Line};
use super::spoiler::UnknownDepartments;
use super::{Class, Fault, Rates};
use crate::random::{Purpose, SplitMix64, mix};

/// Which file of all days and hospitals it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'f> {
    /// `patients.csv` and so on.
    pub(crate) name: &'f str,
    /// The first line.
    pub(crate) header: &'f str,
    /// Of the hospital in the network file.
    pub(crate) hospital: usize,
    /// The day that it tells of.
    pub(crate) date: NaiveDate,
    pub(crate) extracted_at: DateTime<Utc>,
}

/// Gives lines of a file their faults.
#[derive(Debug)]
pub(crate) struct FileFaults<'f> {
    rates: Rates,
    /// Whether no line has a fault, as that is asked of every line.
    is_clean: bool,
    seed: u64,
    /// Tells the file from all others of the scenario.
    mark: u64,
    place: Place<'f>,
    extract: Extract<'f>,
}

impl<'f> FileFaults<'f> {
    pub(crate) fn new(rates: Rates, seed: u64, network: &'f Network, place: Place<'f>) -> Self {
        let day = u64::from(place.date.to_epoch_days().unsigned_abs());
        let of_name = place
            .name
            .bytes()
            .fold(day, |mark, byte| mix(mark ^ u64::from(byte)));
        Self {
            is_clean: rates.are_zero(),
            rates,
            seed,
            mark: mix(of_name ^ (place.hospital as u64) << 32),
            extract: Extract {
                extracted_at: place.extracted_at,
                date: place.date,
                departments: UnknownDepartments::of(network),
            },
            place,
        }
    }

    /// Gives the line at the end of a text its fault, if it has one. `number` tells it from the others
    /// of the file.
    pub(crate) fn spoil_last(
        &self,
        number: u64,
        out: &mut Vec<u8>,
        begins: usize,
    ) -> Option<Fault> {
        if self.is_clean {
            return None;
        }
        let mut random = SplitMix64::of(self.seed, Purpose::FileFault, mix(self.mark ^ number));
        let class = self
            .rates
            .draw(|it| self.can_have(it, &out[begins..]), &mut random)?;
        let mut line = Line::read(self.place.header, &out[begins..])?;
        let fault = line.spoil(class, &self.extract, &mut random)?;
        out.truncate(begins);
        line.write(out);
        Some(fault)
    }

    /// Gives the lines of a whole file, header first, their faults; tells the lines, from 1.
    pub(crate) fn spoil_all(&self, text: &mut Vec<u8>) -> Vec<(u64, Fault)> {
        if self.is_clean {
            return Vec::new();
        }
        let clean = std::mem::take(text);
        let mut faults = Vec::new();
        for (number, line) in (1..).zip(clean.split_inclusive(|byte| *byte == b'\n')) {
            let begins = text.len();
            text.extend_from_slice(line);
            if number > 1
                && let Some(fault) = self.spoil_last(number, text, begins)
            {
                faults.push((number, fault));
            }
        }
        faults
    }

    fn can_have(&self, class: Class, line: &[u8]) -> bool {
        let of_encounters = match class {
            Class::MissingAdmissionTime
            | Class::FutureTimestamp
            | Class::WrongTimeFormat
            | Class::UnknownDepartment => true,
            Class::DischargeBeforeAdmission => {
                let line = Line::read(self.place.header, line);
                line.is_some_and(|line| line.field("discharged_at").is_some())
            }
            _ => false,
        };
        match self.place.name {
            "encounters.csv" => of_encounters || class == Class::MissingPatient,
            "patients.csv" => matches!(
                class,
                Class::InvalidAge
                    | Class::AgeOver100
                    | Class::BadIdCheckDigit
                    | Class::MissingPatient
            ),
            _ => class == Class::MissingPatient,
        }
    }
}
