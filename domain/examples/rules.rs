//! Prints `docs/rules.md`: `cargo run -q -p domain --example rules > docs/rules.md`.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(domain::rule::page().as_bytes())
}
