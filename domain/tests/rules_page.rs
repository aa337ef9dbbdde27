//! The page of the rules says what the rules say.

#[test]
fn the_page_of_the_rules_is_what_they_print() {
    let written = include_str!("../../docs/rules.md");
    assert!(
        written == domain::rule::page(),
        "mend it: cargo run -q -p domain --example rules > docs/rules.md"
    );
}
