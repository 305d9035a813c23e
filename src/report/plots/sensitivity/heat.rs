//! Heat maps: every group against every target, and the second order of pairs.

use super::super::canvas::{Anchor, Picture, Type, wrap};
use super::super::palette::{Ink, MUTED, TEXT};
use super::super::sheet::{LABEL, NOTE, Words, row_name, sheet};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::numbers::readable;
use crate::report::sensitivity::{Study, way_title};
use crate::statistics::order::largest_first;

const ROW: f64 = 40.0;
/// Groups shown.
const SHOWN: usize = 25;
/// Groups shown in pairs.
const PAIRED: usize = 12;
/// The darkest a cell becomes; words on it stay readable.
const DARKEST: Ink = Ink::solid(0x56, 0xb4, 0xe9);

/// A cell: what is written, how dark from 0 to 1, and whether it is told from nothing.
struct Cell {
    text: String,
    dark: f64,
    sure: bool,
}

/// Totals, or mu*, of the groups of one way for all targets.
pub fn targets(study: &Study<'_>, way: usize) -> Option<Picture> {
    let (by, groups) = study.ways().into_iter().nth(way)?;
    let screening = study.record.method == "morris";
    let strongest: Vec<f64> = study
        .analyses
        .iter()
        .map(|a| a.screened.iter().flatten().map(|s| s.mu_star.value).fold(0.0, f64::max))
        .collect();
    let cell = |g: usize, column: usize| -> Option<Cell> {
        let analysis = &study.analyses[column];
        if screening {
            let s = analysis.screened.get(g)?.as_ref()?;
            let sure = s.mu_star.low > s.chance.unwrap_or(0.0);
            let dark = if strongest[column] > 0.0 { s.mu_star.value / strongest[column] } else { 0.0 };
            Some(Cell { text: readable(rounded(s.mu_star.value)), dark, sure })
        } else {
            let total = analysis.shares.as_ref()?.total.get(g)?;
            let share = total.value.clamp(0.0, 1.0);
            Some(Cell { text: format!("{:.0} %", 100.0 * share), dark: share, sure: total.low > 0.0 })
        }
    };
    let columns = study.analyses.len();
    let darkness = |g: usize| (0..columns).filter_map(|c| cell(g, c)).map(|c| c.dark).fold(0.0, f64::max);
    let ranked: Vec<(usize, f64)> = groups.iter().map(|&g| (g, darkness(g))).collect();
    let mut ranked = largest_first(ranked, |one| one.1);
    let hidden = ranked.len().saturating_sub(SHOWN);
    ranked.truncate(SHOWN);
    let rows: Vec<String> = ranked.iter().map(|(g, _)| study.record.groups[*g].name.clone()).collect();
    let cells = ranked.iter().map(|(g, _)| (0..columns).map(|c| cell(*g, c)).collect()).collect();
    let more = if hidden > 0 { format!(" {hidden} more matter less.") } else { String::new() };
    let explanation = if screening {
        format!(
            "mu* of each: how far the outcome moves over the whole range. Darker: nearer to the strongest of its column. Grey: not told from chance.{more}"
        )
    } else {
        format!("Total share of the variance. Grey: not told from nothing.{more}")
    };
    let words = Words {
        title: format!("What matters for what: {}", super::super::lower_first(way_title(by))),
        explanation,
        caption: study.caption(""),
    };
    let heads: Vec<String> = study.analyses.iter().map(|a| study.target(a.target)).collect();
    table(&words, &rows, &heads, cells)
}

/// Second order of the pairs of groups of one way: of those groups that do most in pairs.
pub fn pairs(study: &Study<'_>, analysis: &Analysis) -> Option<Picture> {
    let shares = analysis.shares.as_ref()?;
    let (_, groups) = study.ways().into_iter().next()?;
    let of = |a: usize, b: usize| {
        shares.second.iter().find(|(one, _)| *one == (a.min(b), a.max(b))).map(|(_, second)| *second)
    };
    if shares.second.is_empty() || groups.len() < 2 {
        return None;
    }
    let all = groups.clone();
    let most = |a: usize| all.iter().filter_map(|&b| of(a, b)).map(|second| second.value).fold(0.0, f64::max);
    let mut groups = largest_first(groups, |g| most(*g));
    let hidden = groups.len().saturating_sub(PAIRED);
    groups.truncate(PAIRED);
    let rows: Vec<String> =
        groups.iter().enumerate().map(|(n, &g)| format!("{}  {}", n + 1, study.record.groups[g].name)).collect();
    // Each pair once, below the diagonal.
    let cell = |row: usize, column: usize| {
        let second = of(groups[row], groups[column]).filter(|_| column < row)?;
        let share = second.value.clamp(0.0, 1.0);
        Some(Cell { text: format!("{:.0} %", 100.0 * share), dark: share, sure: second.low > 0.0 })
    };
    let cells = (0..groups.len()).map(|row| (0..groups.len()).map(|column| cell(row, column)).collect()).collect();
    let more = if hidden > 0 { format!(" {hidden} more groups do less in pairs.") } else { String::new() };
    let words = Words {
        title: format!("{}: what pairs do together", study.target(analysis.target)),
        explanation: format!(
            "Share of the variance that two groups make together beyond what each makes alone (second order); columns are \
             numbered like rows. Grey: not told from nothing.{more}"
        ),
        caption: study.caption(""),
    };
    let heads: Vec<String> = (1..=groups.len()).map(|n| n.to_string()).collect();
    table(&words, &rows, &heads, cells)
}

fn table(words: &Words, rows: &[String], heads: &[String], cells: Vec<Vec<Option<Cell>>>) -> Option<Picture> {
    if rows.is_empty() || heads.is_empty() {
        return None;
    }
    let names = 330.0;
    let width = (super::super::sheet::WIDTH - 2.0 * super::super::sheet::MARGIN - names) / heads.len() as f64;
    let head_style = Type { size: if width < 110.0 { 12.0 } else { 14.0 }, ..LABEL };
    let heads: Vec<Vec<String>> = heads.iter().map(|head| wrap(head, head_style, width - 6.0)).collect();
    let head_height = 19.0 * heads.iter().map(Vec::len).max().unwrap_or(1) as f64 + 12.0;
    let (mut picture, body) = sheet(words, head_height + rows.len() as f64 * ROW + 6.0);
    for (column, lines) in heads.iter().enumerate() {
        let middle = body.left + names + (column as f64 + 0.5) * width;
        let first = body.top + head_height - 10.0 - 19.0 * (lines.len() - 1) as f64;
        for (i, line) in lines.iter().enumerate() {
            picture.text((middle, first + 19.0 * i as f64), line.as_str(), head_style, Anchor::Middle);
        }
    }
    for (r, (name, row)) in rows.iter().zip(cells).enumerate() {
        let top = body.top + head_height + r as f64 * ROW;
        row_name(&mut picture, (body.left, top + ROW / 2.0), names - 14.0, name, LABEL);
        for (column, cell) in row.into_iter().enumerate() {
            let left = body.left + names + column as f64 * width;
            let Some(cell) = cell else { continue };
            let ink = if cell.sure { DARKEST.lighter(1.0 - cell.dark) } else { MUTED.lighter(0.93) };
            picture.rectangle((left, top), (left + width - 3.0, top + ROW - 3.0), ink);
            let style = if cell.sure { Type { ink: TEXT, ..LABEL } } else { NOTE };
            picture.text((left + width / 2.0, top + ROW / 2.0 + 4.0), cell.text, style, Anchor::Middle);
        }
    }
    Some(picture)
}

/// Three digits are enough in a cell.
fn rounded(value: f64) -> f64 {
    let scale = 10_f64.powf(2.0 - value.abs().max(1e-300).log10().floor());
    (value * scale).round() / scale
}
