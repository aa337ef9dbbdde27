//! A single small hospital, with the default network's rules, for trials and tests: its flow shows
//! everything within some hundred events.

use domain::network::JOHANNESBURG;

/// Its code and departments are also those of a hospital of the default network, so that they are
/// known wherever that is.
const HOSPITAL: &str = r#"
[[hospital]]
code = "ROSEBANK"
name = "Rosebank Ridge Hospital"
municipality = "City of Johannesburg"
province = "Gauteng"
time_zone = "Africa/Johannesburg"

[[hospital.department]]
code = "ED"
name = "Emergency"
kind = "emergency"
arrivals_per_day = 24
ward = [{ code = "ED-1", beds = 8 }, { code = "ED-2", beds = 4 }]

[[hospital.department]]
code = "ICU"
name = "Intensive care"
kind = "intensive_care"
ward = [{ code = "ICU-1", beds = 4 }]

[[hospital.department]]
code = "MED"
name = "Medicine"
kind = "medicine"
arrivals_per_day = 3
ward = [{ code = "MED-1", beds = 10 }, { code = "MED-2", beds = 10 }]

[[hospital.department]]
code = "MAT"
name = "Maternity"
kind = "maternity"
arrivals_per_day = 5
ward = [{ code = "MAT-1", beds = 8 }]
"#;

/// The network file of the small hospital. It is three days old at the start, and moves of its few
/// patients are not spread over all windows of time.
pub fn network_toml() -> String {
    let rules = JOHANNESBURG
        .split("[[hospital]]")
        .next()
        .unwrap_or_default();
    let rules = rules
        .replace("warm_up_days = 60", "warm_up_days = 3")
        .replace(
            "transfers_per_window_min = 3",
            "transfers_per_window_min = 0",
        );
    format!("{rules}{HOSPITAL}")
}

#[cfg(test)]
mod tests {
    use domain::network::Network;

    use super::*;

    #[test]
    fn the_small_hospital_stands_in_the_default_network() {
        let small = Network::parse(&network_toml()).unwrap();
        let flow = small.flow.unwrap();
        assert_eq!((flow.warm_up_days, flow.transfers_per_window_min), (3, 0));
        let default = Network::parse(JOHANNESBURG).unwrap();
        let hospital = &small.hospitals[0];
        let known = default.hospitals.iter().find(|it| it.code == hospital.code);
        let known = known.unwrap();
        assert_eq!(
            (&known.name, &known.municipality),
            (&hospital.name, &hospital.municipality)
        );
        for department in &hospital.departments {
            let is_it = |it: &&domain::network::Department| it.code == department.code;
            let found = known.departments.iter().find(is_it).unwrap();
            assert_eq!(
                (&found.name, found.kind),
                (&department.name, department.kind)
            );
        }
    }
}
