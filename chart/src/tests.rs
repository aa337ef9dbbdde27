use crate::label::{duration, rounded, spoken, thousands};
use crate::markup::escape;
use crate::tone::Tone;
use crate::{Anchor, Axis, Canvas, Grid, Mark, Panel, STYLE};

#[test]
fn numbers_and_names_are_told_as_people_write_them() {
    for (number, told) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(thousands(number), told);
    }
    assert_eq!(rounded(3.24), "3.2");
    assert_eq!(rounded(-1234.6), "-1,235");
    assert_eq!(duration(3.24), "3.2 h");
    assert_eq!(duration(100.8), "4.2 d");
    assert_eq!(spoken("intensive_care"), "Intensive care");
}

#[test]
fn an_axis_ends_at_a_round_number_above_all_values() {
    for (greatest, end, ticks) in [
        (0.0, 0.1, 1),
        (0.3, 0.3, 4),
        (7.2, 8.0, 5),
        (980.0, 1000.0, 5),
    ] {
        let axis = Axis::up_to(greatest, "");
        assert!((axis.range.end - end).abs() < 1e-9, "{greatest}: {axis:?}");
        assert_eq!(axis.ticks.len(), ticks, "{greatest}: {axis:?}");
    }
    let axis = Axis::up_to_count(2.0, "");
    let labels: Vec<_> = axis.ticks.iter().map(|(_, label)| &**label).collect();
    assert_eq!(labels, ["0", "1", "2"]);
}

#[test]
fn text_is_no_markup() {
    assert_eq!(
        escape("a<b>&\"'\u{0}\u{1b}c"),
        "a&lt;b&gt;&amp;&quot;&#39;c"
    );
}

#[test]
fn a_picture_stands_by_itself_and_a_part_of_a_page_has_no_style_of_its_own() {
    let canvas = Canvas {
        title: "A & B",
        subtitle: "of <today>",
        key: &[(Mark::Bar(Tone::Orange), "b")],
        height: 300,
    };
    let svg = canvas.draw(|area| {
        let panel = Panel {
            heading: ("", ""),
            x: Axis::up_to_count(2.0, ""),
            y: Axis::up_to_count(10.0, "things"),
            left: 40,
            grid: Grid::Horizontal,
        };
        let plot = panel.draw(area);
        plot.bar([(0.0, 0.0), (1.0, 10.0)], Tone::Orange, "ten");
        plot.words("half", (1.0, 5.0), Anchor::Begin);
    });
    let file = svg.to_file();
    assert!(file.starts_with("<svg xmlns=") && file.contains("prefers-color-scheme: dark"));
    assert!(file.contains("<title>A &amp; B</title>\n<desc>of &lt;today&gt;</desc>"));
    // The room is 824 pixels wide and 180 high; the bar half as wide and all as high.
    let bar = "x=\"52.0\" y=\"86.0\" width=\"412.0\" height=\"180.0\"><title>ten</title>";
    assert!(file.contains(bar), "{file}");
    let inline = svg.to_inline();
    assert!(!inline.contains("http") && !inline.contains("<style>"));
}

#[test]
fn every_tone_has_a_dark_one() {
    for tone in Tone::ALL {
        let (name, _) = tone.name_and_color();
        for kind in ["fill", "line"] {
            assert!(STYLE.contains(&format!(".chart .{kind}-{name} ")), "{name}");
        }
    }
}
