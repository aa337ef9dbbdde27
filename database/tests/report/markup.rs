//! Reads a page as XML.

/// The text of a page between its tags. Panics where elements are not nested, attributes not quoted,
/// or a special character stands by itself.
pub(super) fn text_of(page: &str) -> String {
    let page = page.strip_prefix("<!DOCTYPE html>").unwrap_or(page);
    let (mut open, mut text, mut rest) = (Vec::new(), String::new(), page);
    while let Some((before, after)) = rest.split_once('<') {
        assert_text(before);
        text.push_str(before);
        text.push(' ');
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(name.chars().all(|it| it.is_ascii_alphanumeric()), "{tag}");
        let parts: Vec<&str> = attributes.split('"').collect();
        assert!(parts.len() % 2 == 1, "quotes come in pairs: {tag}");
        for pair in parts.chunks_exact(2) {
            assert!(pair[0].ends_with('='), "{tag}");
            assert_text(pair[1]);
        }
        if !is_empty {
            open.push(name);
        }
    }
    assert_text(rest);
    assert!(open.is_empty(), "{open:?}");
    text
}

fn assert_text(text: &str) {
    assert!(!text.contains('<'), "{text}");
    for (at, _) in text.match_indices('&') {
        let entities = ["&lt;", "&gt;", "&amp;", "&quot;", "&#39;"];
        let is_entity = entities.iter().any(|it| text[at..].starts_with(it));
        assert!(is_entity, "{text}");
    }
}
