//! Networks of any few hospitals.

use domain::network::{DepartmentKind, JOHANNESBURG, Network};
use proptest::prelude::*;

use super::{START, day, invariant};
use crate::population::Population;
use crate::staff::{Staff, StaffError};

const PLACES: [&str; 4] = [
    "",
    "municipality = \"Ekurhuleni\"\nprovince = \"Gauteng\"\n",
    "municipality = \"City of Cape Town\"\nprovince = \"Western Cape\"\n",
    "province = \"Limpopo\"\n",
];

/// A department's kind and the beds of its wards.
type Plan = (usize, Vec<u16>);

fn network(hospitals: &[(usize, Vec<Plan>)]) -> Network {
    let flow = JOHANNESBURG.split("[[hospital]]").next().unwrap();
    let hospitals = hospitals
        .iter()
        .enumerate()
        .map(|(number, it)| hospital(number, it));
    Network::parse(&(flow.to_owned() + &hospitals.collect::<String>())).unwrap()
}

fn hospital(number: usize, (place, departments): &(usize, Vec<Plan>)) -> String {
    let departments = departments.iter().enumerate();
    let departments: String = departments
        .map(|(number, it)| department(number, it))
        .collect();
    format!(
        "[[hospital]]\ncode = \"H{number}\"\nname = \"H\"\ntime_zone = \"UTC\"\n{}{departments}",
        PLACES[*place]
    )
}

fn department(number: usize, (kind, beds): &Plan) -> String {
    let kind = DepartmentKind::ALL[*kind].as_str();
    let ward = |(place, beds)| format!("{{ code = \"D{number}-{place}\", beds = {beds} }}");
    let wards: Vec<String> = beds.iter().enumerate().map(ward).collect();
    format!(
        "[[hospital.department]]\ncode = \"D{number}\"\nname = \"D\"\nkind = \"{kind}\"\nward = [{}]\n",
        wards.join(", ")
    )
}

fn any_network() -> impl Strategy<Value = Network> {
    // The last kind, `other`, is not described by the default flow.
    let plan = (
        0..DepartmentKind::ALL.len() - 1,
        prop::collection::vec(1_u16..50, 0..3),
    );
    let hospital = (0..PLACES.len(), prop::collection::vec(plan, 1..4));
    prop::collection::vec(hospital, 1..4).prop_map(|hospitals| network(&hospitals))
}

fn has_wards(network: &Network) -> bool {
    let mut departments = network.hospitals.iter().flat_map(|it| &it.departments);
    departments.any(|it| !it.wards.is_empty())
}

/// A case is thousands of people: fewer than usual, and more where the environment asks for more.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases / 8,
        ..usual
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_network_is_staffed(network in any_network(), seed: u64, later in 0_i64..20_000) {
        prop_assume!(has_wards(&network));
        let start = day(START) + chrono::Duration::days(later);
        let population = Population::new(seed, start, 30_000).unwrap();
        let staff = Staff::new(&population, &network).unwrap();
        invariant::check(&staff);
    }

    #[test]
    fn as_many_people_as_are_asked_for_will_do(network in any_network(), seed: u64) {
        prop_assume!(has_wards(&network));
        let population = Population::new(seed, day(START), 1).unwrap();
        let refused = Staff::new(&population, &network).unwrap_err();
        let StaffError::TooFewPeople { needed, .. } = refused else {
            return Err(TestCaseError::fail(refused.to_string()));
        };
        let population = Population::new(seed, day(START), needed).unwrap();
        let staff = Staff::new(&population, &network).unwrap();
        invariant::check(&staff);
    }
}
