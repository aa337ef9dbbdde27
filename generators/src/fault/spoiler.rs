//! From the plan of a flow to what is sent.

use std::collections::HashSet;

use domain::network::Network;
use platform::codec::AdtEncoder;

use super::{Class, Damage, Fault, Planned, Sent, event};
use crate::flow::Teller;
use crate::random::SplitMix64;

/// Makes the events of a flow with its faults.
#[derive(Debug)]
pub(crate) struct Spoiler<'r> {
    teller: Teller<'r>,
    departments: UnknownDepartments<'r>,
    /// The schema's id takes the same bytes, whatever it is.
    encoder: AdtEncoder,
}

impl<'r> Spoiler<'r> {
    /// Makes the events of a network.
    pub(crate) fn new(teller: Teller<'r>, network: &'r Network) -> Self {
        Self {
            teller,
            departments: UnknownDepartments::of(network),
            encoder: AdtEncoder::with_schema_id(0),
        }
    }

    /// What is sent of a step.
    pub(crate) fn sent(&self, planned: Planned) -> Sent {
        let mut sent = Sent::from(self.teller.event(&planned.step));
        let Some((class, mut random)) = planned.fault else {
            return sent;
        };
        let department = |random: &mut SplitMix64| self.departments.draw(random);
        let field = event::spoil(&mut sent.event, class, department, &mut random);
        sent.fault = field.map(|field| Fault { class, field });
        sent.damage = match class {
            Class::TruncatedPayload => {
                // What is too large to be sent is not sent at all.
                let payload = self.encoder.encode(&sent.event).unwrap_or_default();
                let keep_bytes = random.place(payload.len().max(1));
                Some(Damage::Truncated { keep_bytes })
            }
            Class::UnknownSchemaId => Some(Damage::UnknownSchema),
            _ => None,
        };
        sent
    }
}

/// Codes of departments that no hospital of a network has.
#[derive(Debug)]
pub(super) struct UnknownDepartments<'n> {
    known: HashSet<&'n str>,
}

impl<'n> UnknownDepartments<'n> {
    pub(super) fn of(network: &'n Network) -> Self {
        let departments = network.hospitals.iter().flat_map(|it| &it.departments);
        Self {
            known: departments.map(|it| it.code.as_str()).collect(),
        }
    }

    pub(super) fn draw(&self, random: &mut SplitMix64) -> String {
        let mut code = format!("ZZ{:02}", random.below(100));
        while self.known.contains(code.as_str()) {
            code.push('Z');
        }
        code
    }
}
