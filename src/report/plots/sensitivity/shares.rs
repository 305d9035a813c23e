//! Bars of the shares of variance: first order and total of every group, and chance.

use super::super::axis::{Scale, bottom};
use super::super::canvas::{Anchor, Picture, Type};
use super::super::palette::{Ink, MUTED, OTHERS, POLICY, TEXT};
use super::super::sheet::{LABEL, NAME, NOTE, Words, row_name, sheet};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::sensitivity::{Study, way_title};
use crate::statistics::order::largest_first;
use crate::statistics::sensitivity::Estimate;

const ROW: f64 = 46.0;
const HEADING: f64 = 40.0;
/// Groups shown of each way; the rest is named in a line.
const SHOWN: usize = 16;
const CHANCE: Ink = Ink::solid(0x5f, 0x5f, 0x5f);

enum Line {
    Heading(String),
    /// Name, and bars from thick to thin.
    Bars(String, Vec<(Ink, Estimate)>),
    Note(String),
}

pub fn draw(study: &Study<'_>, analysis: &Analysis) -> Option<Picture> {
    let shares = analysis.shares.as_ref()?;
    let total_ink = POLICY.lighter(0.55);
    let mut lines = Vec::new();
    if let Some(chance) = shares.chance {
        lines.push(Line::Heading("Chance".to_string()));
        lines.push(Line::Bars("chance within histories".to_string(), vec![(CHANCE, chance)]));
    }
    for ((by, groups), left) in study.ways().into_iter().zip(&shares.left) {
        lines.push(Line::Heading(way_title(by).to_string()));
        let groups = largest_first(groups, |g| shares.total[*g].value);
        let hidden = groups.len().saturating_sub(SHOWN);
        for &g in groups.iter().take(SHOWN) {
            let name = &study.record.groups[g].name;
            let members = study.record.groups[g].members.len();
            let name = if members > 1 { format!("{name} ({members})") } else { name.clone() };
            lines.push(Line::Bars(name, vec![(total_ink, shares.total[g]), (POLICY, shares.first[g])]));
        }
        if hidden > 0 {
            lines.push(Line::Note(format!("and {hidden} more with smaller totals")));
        }
        lines.push(Line::Bars("interactions between groups".into(), vec![(OTHERS, *left)]));
    }
    let height: f64 = lines.iter().map(Line::height).sum();
    let words = Words {
        title: format!("{}: where the variance comes from", study.target(analysis.target)),
        explanation:
            "Share of the variance, chance included. Dark: what a group does alone (first order). Pale: also together \
                      with others (total). Lines: 95 % intervals. In brackets: how many numbers a group has."
                .to_string(),
        caption: study.caption(""),
    };
    let (mut picture, body) = sheet(&words, height + 52.0);
    let plot = body.inset(330.0, 0.0, 250.0, 46.0);
    let ends = lines.iter().flat_map(|line| match line {
        Line::Bars(_, bars) => bars.iter().flat_map(|(_, e)| [e.low, e.high, e.value]).collect(),
        _ => vec![],
    });
    let (low, high) = ends.fold((0.0_f64, 0.1_f64), |(l, h), x| (l.min(x), h.max(x)));
    let x = Scale::new((100.0 * low.max(-0.5), 102.0 * high.min(1.5)), (plot.left, plot.right));
    bottom(&mut picture, plot, x, 6, " %");
    let middle = (plot.left + plot.right) / 2.0;
    picture.text((middle, plot.bottom + 42.0), "share of the variance", LABEL, Anchor::Middle);
    let (first_column, total_column) = (body.right - 118.0, body.right);
    let mut top = plot.top;
    for line in &lines {
        let middle = top + ROW / 2.0;
        match line {
            Line::Heading(text) => {
                picture.text((body.left, top + 28.0), text.as_str(), NAME, Anchor::Start);
                if text != "Chance" {
                    picture.text((first_column, top + 28.0), "alone", NOTE, Anchor::End);
                    picture.text((total_column, top + 28.0), "with others", NOTE, Anchor::End);
                }
            }
            Line::Note(text) => picture.text((body.left, top + 24.0), text.as_str(), NOTE, Anchor::Start),
            Line::Bars(name, bars) => {
                row_name(&mut picture, (body.left, middle), 315.0, name, LABEL);
                for (i, (ink, e)) in bars.iter().enumerate() {
                    let half = if i == 0 { 14.0 } else { 7.0 };
                    let corners = ((x.at(0.0), middle - half), (x.at(100.0 * e.value), middle + half));
                    picture.rectangle(corners.0, corners.1, *ink);
                }
                for (i, (_, e)) in bars.iter().enumerate().filter(|(_, (_, e))| e.high > e.low) {
                    let y = if bars.len() == 1 { middle } else { middle + if i == 0 { -10.5 } else { 2.0 } };
                    picture.line(vec![(x.at(100.0 * e.low), y), (x.at(100.0 * e.high), y)], TEXT, 1.6);
                }
                let number = |e: &Estimate| {
                    match e.high > e.low {
                        true => format!("{:.0} ± {:.0} %", 100.0 * e.value + 0.0, (100.0 * e.half_width()).ceil()),
                        false => format!("{:.0} %", 100.0 * e.value),
                    }
                    .replace("-0", "0")
                    .replace('-', "\u{2212}")
                };
                let sure = bars.iter().any(|(_, e)| e.low > 0.0);
                let style = Type { ink: if sure { TEXT } else { MUTED }, ..LABEL };
                match bars.as_slice() {
                    [(_, total), (_, first)] => {
                        picture.text((first_column, middle + 5.5), number(first), style, Anchor::End);
                        picture.text((total_column, middle + 5.5), number(total), style, Anchor::End);
                    }
                    _ => {
                        for (_, one) in bars {
                            picture.text((first_column, middle + 5.5), number(one), style, Anchor::End);
                        }
                    }
                }
            }
        }
        top += line.height();
    }
    Some(picture)
}

impl Line {
    fn height(&self) -> f64 {
        match self {
            Self::Heading(_) => HEADING,
            Self::Bars(..) => ROW,
            Self::Note(_) => 34.0,
        }
    }
}
