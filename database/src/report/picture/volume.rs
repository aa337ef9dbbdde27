use chart::label::{spoken, thousands};
use chart::{Area, Axis, Canvas, Grid, Panel, Svg, Tone};

use super::{float, some_ticks};
use crate::report::scan::TableContents;
use crate::report::timeline::{Timeline, Unit};

/// Panels beside each other.
const COLUMNS: usize = 3;

/// Rows of the tables of a layer by the day that they are about.
pub(in crate::report) fn volume(
    layer: &str,
    tables: &[&TableContents],
    timeline: &Timeline,
) -> Svg {
    let title = format!("{}: rows by {}", spoken(layer), timeline.unit.singular());
    let labels = timeline.labels();
    let (first, last) = (labels.first(), labels.last());
    let subtitle = match (first, last) {
        (Some(first), Some(last)) if first != last => {
            format!("{first} to {last}, by the calendar of each row's hospital")
        }
        _ => labels.concat(),
    };
    let rows = tables.len().div_ceil(COLUMNS).max(1);
    let canvas = Canvas {
        title: &title,
        subtitle: &subtitle,
        key: &[],
        height: 72 + 180 * u32::try_from(rows).unwrap_or(1),
    };
    canvas.draw(|area| {
        let cells = area.split_evenly((rows, COLUMNS));
        for (cell, table) in cells.into_iter().zip(tables) {
            draw_table(cell, table, timeline, &labels);
        }
    })
}

fn draw_table(cell: Area<'_>, table: &TableContents, timeline: &Timeline, labels: &[String]) {
    let rows = timeline.rows(table);
    let greatest = rows.iter().copied().max().unwrap_or(0);
    let shown: i64 = rows.iter().sum();
    let heading = format!("{} rows", thousands(shown.unsigned_abs()));
    let short: Vec<String> = labels.iter().map(|it| short(it, timeline.unit)).collect();
    let panel = Panel {
        heading: (&table.name, &heading),
        x: Axis {
            range: 0.0..float(i64::try_from(rows.len()).unwrap_or(1)),
            ticks: some_ticks(&short, 5),
            title: "",
        },
        y: Axis::up_to_count(float(greatest), ""),
        left: 62,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(cell);
    for ((of_place, label), place) in rows.iter().zip(labels).zip(0_u32..) {
        if *of_place > 0 {
            let left = f64::from(place);
            let corners = [(left + 0.1, 0.0), (left + 0.9, float(*of_place))];
            let told = format!("{label}: {}", thousands(of_place.unsigned_abs()));
            plot.bar(corners, Tone::SkyBlue, &told);
        }
    }
}

/// A day without its year.
fn short(label: &str, unit: Unit) -> String {
    let without_year = if unit == Unit::Day {
        label.get(5..)
    } else {
        None
    };
    without_year.unwrap_or(label).to_owned()
}
