//! The plane of a screening: how strongly each group works (mu*) against how much its effect depends on the others (sigma).

use super::super::axis::{Scale, bottom, left, left_room};
use super::super::canvas::{Anchor, Picture, Type, elide, text_width};
use super::super::palette::{AXIS, BASELINE, MUTED, POLICY};
use super::super::sheet::{BASELINE_WORD, LABEL, NAME, NOTE, Words, sheet};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::sensitivity::Study;
use crate::statistics::order::largest_first;
use crate::statistics::sensitivity::morris::Screened;
use crate::statistics::summary::{quantile_of_sorted, sorted_finite};

/// Groups that are named.
const NAMED: usize = 14;

pub fn draw(study: &Study<'_>, analysis: &Analysis) -> Option<Picture> {
    let all: Vec<(usize, Screened)> =
        analysis.screened.iter().enumerate().filter_map(|(g, s)| Some((g, (*s)?))).collect();
    let all = largest_first(all, |one| one.1.mu_star.value);
    let (_, strongest) = *all.first()?;
    let unit = super::unit(study, analysis);
    let words = Words {
        title: format!("{}: screening", study.target(analysis.target)),
        explanation: "Each dot is an uncertain number or a group of them: to the right, how far the outcome moves over its \
                      whole range (mu*, with its 95 % interval); upwards, how much that depends on the others (sigma). Pale: not \
                      told from what chance alone would show for it; the dashed line is the median of these levels. Below the \
                      slanted line the effect has one direction nearly everywhere."
            .to_string(),
        caption: study.caption(unit),
    };
    let (mut picture, body) = sheet(&words, 620.0);
    let sigma = |s: &Screened| s.sigma.unwrap_or(0.0);
    let tallest = all.iter().map(|(_, s)| sigma(s)).fold(0.0, f64::max);
    let across = strongest.mu_star.high.max(strongest.mu_star.value);
    if across <= 0.0 {
        return None;
    }
    let room = left_room((0.0, 1.08 * tallest), 6, (1.0, ""));
    let plot = body.inset(room + 26.0, 50.0, 20.0, 52.0);
    let x = Scale::new((0.0, 1.04 * across), (plot.left, plot.right));
    let y = Scale::new((0.0, 1.08 * tallest), (plot.bottom, plot.top));
    bottom(&mut picture, plot, x, 7, "");
    left(&mut picture, plot, y, 6, (1.0, ""));
    let middle = (plot.left + plot.right) / 2.0;
    picture.text((middle, plot.bottom + 46.0), format!("mu*: {unit} over the whole range"), LABEL, Anchor::Middle);
    picture.text((body.left, body.top + 14.0), format!("sigma ({unit})"), LABEL, Anchor::Start);
    let slope = (1.04 * across).min(1.08 * tallest);
    picture.line(vec![(x.at(0.0), y.at(0.0)), (x.at(slope), y.at(slope))], AXIS, 1.2);
    let levels: Vec<f64> = all.iter().filter_map(|(_, s)| s.chance).collect();
    if let Some(level) = quantile_of_sorted(&sorted_finite(&levels), 0.5) {
        picture.dashed(&[(x.at(level), plot.top), (x.at(level), plot.bottom)], BASELINE, 2.0, (8.0, 4.0));
        picture.text((x.at(level) + 6.0, plot.top - 6.0), "chance alone", BASELINE_WORD, Anchor::Start);
    }
    let sure = |s: &Screened| s.mu_star.low > s.chance.unwrap_or(0.0);
    for (_, s) in all.iter().rev() {
        let ink = if sure(s) { POLICY } else { MUTED.lighter(0.45) };
        let at = (x.at(s.mu_star.value), y.at(sigma(s)));
        picture.line(vec![(x.at(s.mu_star.low), at.1), (x.at(s.mu_star.high), at.1)], ink.faded(0.5), 1.4);
        picture.dot(at, 4.5, ink);
    }
    // Names one after the other, strongest first, each where it meets no other.
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (g, s) in all.iter().take(NAMED) {
        let at = (x.at(s.mu_star.value), y.at(sigma(s)));
        let style = if sure(s) { Type { ink: POLICY, ..NAME } } else { NOTE };
        let name = elide(&study.record.groups[*g].name, style, 360.0);
        let width = text_width(&name, style);
        let leftwards = at.0 + width + 14.0 > plot.right;
        let start = if leftwards { at.0 - width - 9.0 } else { at.0 + 9.0 };
        let free = |top: f64| taken.iter().all(|(l, r, t)| start > *r || start + width < *l || (top - t).abs() > 18.0);
        let steps = [0.0, -20.0, 20.0, -40.0, 40.0, -60.0, 60.0];
        let Some(dy) = steps.into_iter().find(|dy| free(at.1 + dy) && at.1 + dy > plot.top && at.1 + dy < plot.bottom)
        else {
            continue;
        };
        if dy != 0.0 {
            let end = if leftwards { start + width } else { start };
            picture.line(vec![at, (end, at.1 + dy)], AXIS, 0.8);
        }
        picture.text_on_paper((start, at.1 + dy + 5.5), name, style, Anchor::Start);
        taken.push((start, start + width, at.1 + dy));
    }
    Some(picture)
}
