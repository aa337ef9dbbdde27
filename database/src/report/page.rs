//! The page: one file that needs no other and no network. It is well-formed XML as well as HTML.

mod activity;
mod books;
mod completeness;
mod figures;
mod freshness;
mod quarantine;
mod rules;
mod score;
mod table;
mod volumes;

use chart::Svg;
use chart::markup::escape;
use chrono::{DateTime, Utc};

use super::quality::Quality;

/// A part of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    /// What it is about, in a sentence or two.
    lead: String,
    /// Charts and tables.
    html: String,
}

/// The page of a warehouse.
pub fn page(quality: &Quality) -> String {
    let sections = [
        volumes::section(quality),
        books::section(&quality.books),
        rules::section(&quality.rules),
        quarantine::section(&quality.quarantine),
        freshness::section(quality),
        completeness::section(&quality.tables),
        score::section(quality.score.as_ref()),
        activity::section(quality),
    ];
    let links = sections
        .iter()
        .map(|it| format!("<li><a href=\"#{}\">{}</a></li>", it.id, it.title));
    let links: Vec<String> = links.collect();
    let html: String = sections.iter().map(Section::html).collect();
    let style = format!("{}{}", include_str!("page/page.css"), chart::STYLE);
    let lead = format!("The warehouse as of {}.", moment(quality.reported_at));
    // What is filled in last is not looked at again.
    include_str!("page/page.html")
        .replace("{style}", &style)
        .replace("{lead}", &escape(&lead))
        .replace("{links}", &links.join("\n"))
        .replace("{figures}", &figures::figures(quality))
        .replace("{sections}", &html)
}

impl Section {
    fn html(&self) -> String {
        let (id, title, lead, html) = (self.id, self.title, escape(&self.lead), &self.html);
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n\
             <p class=\"lead\">{lead}</p>\n{html}</section>\n"
        )
    }
}

fn figure(svg: &Svg) -> String {
    format!("<figure>\n{}</figure>\n", svg.to_inline())
}

/// A moment to the second.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
