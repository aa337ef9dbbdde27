//! Which patients a kind of department treats, and how much oftener some of them.

use domain::network::DepartmentKind;

/// Ages, in full years, between which children are in paediatrics rather than elsewhere.
const CHILD_BELOW_YEARS: i32 = 14;
const MATERNITY_YEARS: std::ops::Range<i32> = 15..46;
const PSYCHIATRY_FROM_YEARS: i32 = 13;

/// Whether a kind of department treats patients of a sex and age.
pub(super) fn treats(kind: DepartmentKind, is_female: bool, age_years: i32) -> bool {
    let is_child = age_years < CHILD_BELOW_YEARS;
    match kind {
        DepartmentKind::Maternity => is_female && MATERNITY_YEARS.contains(&age_years),
        DepartmentKind::Paediatrics => is_child,
        DepartmentKind::Psychiatry => age_years >= PSYCHIATRY_FROM_YEARS,
        DepartmentKind::Medicine | DepartmentKind::Surgery | DepartmentKind::Oncology => !is_child,
        DepartmentKind::Emergency
        | DepartmentKind::IntensiveCare
        | DepartmentKind::Orthopaedics
        | DepartmentKind::Other => true,
    }
}

/// How likely somebody is to need a kind of department, relative to the likeliest: for each kind by
/// the age below which it holds; 1 where no row holds. Assumptions, after the use of hospitals by age
/// in most countries.
const NEEDS: [(DepartmentKind, i32, f64); 19] = [
    (DepartmentKind::Emergency, 5, 0.8),
    (DepartmentKind::Emergency, 15, 0.4),
    (DepartmentKind::Emergency, 65, 0.6),
    (DepartmentKind::IntensiveCare, 45, 0.3),
    (DepartmentKind::Surgery, 65, 0.5),
    (DepartmentKind::Medicine, 45, 0.3),
    (DepartmentKind::Medicine, 65, 0.6),
    (DepartmentKind::Maternity, 20, 0.4),
    (DepartmentKind::Maternity, 35, 1.0),
    (DepartmentKind::Maternity, 46, 0.4),
    (DepartmentKind::Paediatrics, 2, 1.0),
    (DepartmentKind::Paediatrics, 5, 0.6),
    (DepartmentKind::Paediatrics, 14, 0.35),
    (DepartmentKind::Orthopaedics, 65, 0.5),
    (DepartmentKind::Oncology, 45, 0.15),
    (DepartmentKind::Oncology, 65, 0.6),
    (DepartmentKind::Psychiatry, 18, 0.35),
    (DepartmentKind::Psychiatry, 45, 1.0),
    (DepartmentKind::Psychiatry, 120, 0.35),
];

/// How likely somebody of an age is to need a kind of department, relative to the likeliest: 0 where
/// it does not treat them.
pub(super) fn need(kind: DepartmentKind, is_female: bool, age_years: i32) -> f64 {
    if !treats(kind, is_female, age_years) {
        return 0.0;
    }
    let holds = |(of, below_years, _): &&(DepartmentKind, i32, f64)| {
        *of == kind && age_years < *below_years
    };
    NEEDS.iter().find(holds).map_or(1.0, |(_, _, need)| *need)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_treated_where_they_do_not_belong() {
        assert!(treats(DepartmentKind::Maternity, true, 30));
        assert!(!treats(DepartmentKind::Maternity, false, 30));
        assert!(!treats(DepartmentKind::Maternity, true, 60));
        assert!(!treats(DepartmentKind::Medicine, true, 4));
        assert!(!treats(DepartmentKind::Paediatrics, false, 40));
        for kind in DepartmentKind::ALL {
            for age in 0..=110 {
                for is_female in [true, false] {
                    let need = need(kind, is_female, age);
                    assert!((0.0..=1.0).contains(&need));
                    assert_eq!(need > 0.0, treats(kind, is_female, age));
                }
            }
        }
    }
}
