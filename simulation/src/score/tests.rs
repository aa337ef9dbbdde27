use super::*;

fn hit(ordinal: u64, rules: &[&str]) -> (u64, Vec<String>) {
    (ordinal, rules.iter().map(|it| (*it).to_owned()).collect())
}

fn class_score(score: &PartScore, class: Class) -> (u64, &Finding) {
    let found = score.classes.iter().find(|it| it.class == class.as_str());
    let found = found.unwrap();
    (found.injected, &found.finding)
}

#[test]
fn hits_are_right_wrong_or_missing() {
    let truth = HashMap::from([
        (1, Class::BadIdCheckDigit),
        (2, Class::BadIdCheckDigit),
        (3, Class::TruncatedPayload),
        (4, Class::UnknownSchemaId),
        (5, Class::LateDelivery),
    ]);
    let hits = [
        hit(1, &["ADT-018"]),
        hit(3, &["ADT-001"]),
        hit(4, &["ADT-001"]),
        hit(7, &["ADT-018"]),
        hit(8, &["HIS-004"]),
        hit(9, &["HIS-004"]),
    ];
    let score = PartScore::of(100, &truth, &hits.into());
    assert_eq!((score.clean, score.clean_hit), (95, 1));
    assert_eq!(score.consequences, [("HIS-004".to_owned(), 2)].into());
    let expected = Finding::Rules {
        rules: &["ADT-018"],
        found: 1,
        false_hits: 1,
        precision: Some(0.5),
        recall: Some(0.5),
    };
    assert_eq!(class_score(&score, Class::BadIdCheckDigit), (2, &expected));
    // Two classes have one rule: the hits of one are not false for the other.
    for class in [Class::TruncatedPayload, Class::UnknownSchemaId] {
        let expected = Finding::Rules {
            rules: &["ADT-001"],
            found: 1,
            false_hits: 0,
            precision: Some(1.0),
            recall: Some(1.0),
        };
        assert_eq!(class_score(&score, class), (1, &expected));
    }
    let (injected, finding) = class_score(&score, Class::LateDelivery);
    assert!(injected == 1 && matches!(finding, Finding::Unknowable { .. }));
    let (_, finding) = class_score(&score, Class::MissingPatient);
    let nothing = Finding::Rules {
        rules: &["ADT-008"],
        found: 0,
        false_hits: 0,
        precision: None,
        recall: None,
    };
    assert_eq!(finding, &nothing);
}
