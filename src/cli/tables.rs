//! How tables look on a terminal.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle, presets};

/// A line below the header and none between rows, for tables whose rows are one line each.
const LIGHT: TableStyle = presets::NOTHING.header_separator(LineStyle::new('─', '─', '─', '─'));

/// A table of one-line rows.
pub fn light(header: &[&str]) -> Table {
    styled(LIGHT, header)
}

/// A table whose cells may hold several lines: a line between rows tells them apart.
pub fn ruled(header: &[&str]) -> Table {
    styled(presets::UTF8_HORIZONTAL_ONLY, header)
}

fn styled(style: TableStyle, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(style).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some((_, columns)) = console::Term::stdout().size_checked() {
        table.set_width(columns.max(80));
    }
    table.set_header(header.iter().copied());
    table
}
