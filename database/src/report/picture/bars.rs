//! Bars by rule, the longest first.

use chart::label::thousands;
use chart::{Anchor, Axis, Canvas, Grid, Mark, Panel, Svg, Tone};

use super::{float, nothing};
use crate::report::hit::Effect;
use crate::report::quarantined::RuleQuarantine;

/// How many bars there are at most.
const BARS_MAX: usize = 25;

/// A bar: what it is of, how long it is, and how it is drawn.
type Bar = (String, i64, Tone);

/// What is in quarantine by rule.
pub(in crate::report) fn quarantine(rules: &[RuleQuarantine]) -> Svg {
    let title = "What is kept aside, by rule";
    if rules.is_empty() {
        return nothing(title, "nothing is in quarantine");
    }
    let all: i64 = rules.iter().map(|it| it.records).sum();
    let bars = rules
        .iter()
        .map(|it| (it.rule.clone(), it.records, Tone::Orange));
    let bars: Vec<Bar> = bars.collect();
    let subtitle = told(all, "records and lines in quarantine", bars.len());
    draw(title, &subtitle, &[], &bars)
}

/// What rules did, the most frequent first.
pub(in crate::report) fn rules(rules: &[(String, Effect, i64)]) -> Svg {
    let title = "What rules did, by rule";
    if rules.is_empty() {
        return nothing(title, "no rule hit anything");
    }
    let all: i64 = rules.iter().map(|(_, _, hits)| hits).sum();
    let bars = rules.iter().map(|(rule, effect, hits)| {
        let name = format!("{rule} {}", effect.as_str());
        (name, *hits, tone(*effect))
    });
    let bars: Vec<Bar> = bars.collect();
    let key = [
        (Mark::Bar(Tone::Orange), "kept aside"),
        (Mark::Bar(Tone::SkyBlue), "loaded, mended"),
        (Mark::Bar(Tone::Grey), "loaded, and told"),
    ];
    draw(title, &told(all, "hits", bars.len()), &key, &bars)
}

const fn tone(effect: Effect) -> Tone {
    match effect {
        Effect::Quarantine | Effect::Refusal => Tone::Orange,
        Effect::Repair => Tone::SkyBlue,
        Effect::Finding => Tone::Grey,
    }
}

fn told(all: i64, what: &str, bars: usize) -> String {
    let all = thousands(all.unsigned_abs());
    match bars.saturating_sub(BARS_MAX) {
        0 => format!("{all} {what}"),
        more => format!("{all} {what}; the {BARS_MAX} most frequent, and {more} more"),
    }
}

fn draw(title: &str, subtitle: &str, key: &[(Mark, &str)], bars: &[Bar]) -> Svg {
    let bars = &bars[..bars.len().min(BARS_MAX)];
    let count = u32::try_from(bars.len()).unwrap_or(1);
    let canvas = Canvas {
        title,
        subtitle,
        key,
        height: 122 + 26 * count,
    };
    let greatest = bars.iter().map(|(_, length, _)| *length).max().unwrap_or(0);
    canvas.draw(|area| {
        let places = bars.iter().zip(0_u32..);
        let from_below = |place: u32| f64::from(count - 1 - place);
        let ticks = places
            .clone()
            .map(|((name, _, _), place)| (from_below(place) + 0.5, name.clone()));
        let mut x = Axis::up_to_count(float(greatest), "");
        // Room for the number behind the longest bar.
        x.range.end = x.range.end.max(float(greatest) * 1.12);
        let panel = Panel {
            heading: ("", ""),
            x,
            y: Axis {
                range: 0.0..f64::from(count),
                ticks: ticks.collect(),
                title: "",
            },
            left: 150,
            grid: Grid::Vertical,
        };
        let plot = panel.draw(area);
        for ((name, length, tone), place) in places {
            let bottom = from_below(place);
            let corners = [(0.0, bottom + 0.15), (float(*length), bottom + 0.85)];
            let number = thousands(length.unsigned_abs());
            plot.bar(corners, *tone, &format!("{name}: {number}"));
            plot.words(&number, (float(*length), bottom + 0.5), Anchor::Begin);
        }
    })
}
