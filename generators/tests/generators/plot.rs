//! `generators plot`.

use crate::command::{Workplace, complaint, succeeded};

const SCALE: &str = "--people 20000 --patients 6000 --days 2";

const PICTURES: [&str; 4] = [
    "age-pyramid.svg",
    "arrivals.svg",
    "length-of-stay.svg",
    "occupancy.svg",
];

/// A single small hospital, with few patients.
fn with_small_network() -> Workplace {
    let place = Workplace::new();
    std::fs::write(place.path("small.toml"), generators::trial::network_toml()).unwrap();
    place
}

#[test]
fn four_pictures_are_drawn_the_same_each_time() {
    let place = with_small_network();
    let arguments = format!("plot {SCALE} --network small.toml --out");
    succeeded(&place.run(&format!("{arguments} one")));
    succeeded(&place.run(&format!("{arguments} deep/two")));
    // What is there is replaced.
    succeeded(&place.run(&format!("{arguments} one")));
    assert_eq!(crate::command::names(&place.path("one")), PICTURES);
    for picture in PICTURES {
        let svg = place.read(&format!("one/{picture}"));
        assert!(svg == place.read(&format!("deep/two/{picture}")));
        let svg = String::from_utf8(svg).unwrap();
        println!("{picture}: {} bytes", svg.len());
        assert!(svg.len() < 150_000, "{picture}: {} bytes", svg.len());
        assert!(
            svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "),
            "{picture}"
        );
        assert_well_formed(&svg);
    }
    succeeded(&place.run(&format!("{arguments} other --seed 7")));
    assert!(place.read("one/occupancy.svg") != place.read("other/occupancy.svg"));
}

/// A name that XML reads otherwise, and a surge, spoil nothing.
#[test]
fn names_of_the_network_file_are_told_as_they_are() {
    let place = Workplace::new();
    let network = generators::trial::network_toml();
    let network = network
        .replace("profile = \"elective\"", "profile = \"<walk> & in\"")
        .replace("[flow.profile.elective]", "[flow.profile.\"<walk> & in\"]");
    std::fs::write(place.path("named.toml"), network).unwrap();
    succeeded(&place.run(&format!(
        "plot {SCALE} --surge --network named.toml --out pictures"
    )));
    let svg = String::from_utf8(place.read("pictures/arrivals.svg")).unwrap();
    assert!(svg.contains("&lt;walk&gt; &amp; in"));
    assert!(svg.contains("with the surge"));
    assert_well_formed(&svg);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let place = with_small_network();
    std::fs::write(place.path("file"), "").unwrap();
    let before = place.names();
    for (out, words) in [
        ("file", "a file has this name"),
        ("file/pictures", "a part of the path is a file"),
        // Root may write everywhere but here.
        ("/proc/pictures", "/proc/pictures"),
    ] {
        let told = complaint(&place.run(&format!("plot {SCALE} --network small.toml --out {out}")));
        println!("--out {out}: {told}");
        assert!(told.contains(words), "{out}: {told}");
    }
    assert_eq!(place.names(), before);
}

/// Elements are nested, attributes quoted, and nothing else has a special character.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some((text, after)) = rest.split_once('<') {
        assert_text(text);
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
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
}

fn assert_text(text: &str) {
    assert!(!text.contains(['<', '>']), "{text}");
    for (at, _) in text.match_indices('&') {
        let entities = ["&lt;", "&gt;", "&amp;", "&quot;", "&apos;"];
        assert!(
            entities.iter().any(|it| text[at..].starts_with(it)),
            "{text}"
        );
    }
}
