//! Reading the figures of a distribution and checking that they make one.

use super::diagnostic::quoted;
use super::reader::Reader;
use super::tree::{Node, Table, Value};
use super::uncertain::{Distribution, mass};

/// Standard normal quantile of 1 - 10⁻⁹: where a law without bounds is cut off.
const FAR: f64 = 5.997_807_015_007_69;

/// Least probability that `min` and `max` may leave of a law: with less, hardly any draw of it would stand.
const LEAST_MASS: f64 = 1e-6;

/// Most values of a `choice`.
const MOST_VALUES: usize = 256;

/// Reads the law `name` from its figures; `table` holds `min`, `max` and `weights`.
pub fn read(reader: &mut Reader<'_>, path: &str, name: &str, node: &Node, table: &Table) -> Option<Distribution> {
    let sound = refuse_foreign_companions(reader, name, table);
    let law = match name {
        "value" => Distribution::Fixed(finite(reader, path, node)?),
        "uniform" => {
            let [low, high] = figures(reader, path, node, "[low, high]")?;
            ordered(reader, node, &[low, high], "low < high")?;
            Distribution::Uniform { low, high }
        }
        "triangular" | "pert" => {
            let [low, mode, high] = figures(reader, path, node, "[low, mode, high]")?;
            ordered(reader, node, &[low, mode, high], "low <= mode <= high, low < high")?;
            if name == "pert" {
                Distribution::Pert { low, mode, high }
            } else {
                Distribution::Triangular { low, mode, high }
            }
        }
        "normal" => {
            let [mean, sd] = figures(reader, path, node, "[mean, standard deviation]")?;
            must(reader, node, sd > 0.0, "the standard deviation must be above 0")?;
            let (min, max) = bounds(reader, table, f64::NEG_INFINITY)?;
            let (min, max) = (min.unwrap_or(mean - FAR * sd), max.unwrap_or(mean + FAR * sd));
            let left = if min < max { mass((min - mean) / sd, (max - mean) / sd) } else { 0.0 };
            must(reader, node, left > LEAST_MASS, "`min` and `max` leave nothing of this distribution")?;
            Distribution::Normal { mean, sd, min, max }
        }
        "lognormal" => {
            let [median, sigma] = figures(reader, path, node, "[median, standard deviation of the logarithm]")?;
            must(reader, node, median > 0.0, "the median must be above 0")?;
            must(
                reader,
                node,
                sigma > 0.0 && sigma <= 20.0,
                "the standard deviation of the logarithm must be in (0, 20]",
            )?;
            let (min, max) = bounds(reader, table, 0.0)?;
            let (min, max) =
                (min.unwrap_or(median * libm::exp(-FAR * sigma)), max.unwrap_or(median * libm::exp(FAR * sigma)));
            let scaled = |bound: f64| libm::log(bound / median) / sigma;
            let left = if min < max { mass(scaled(min), scaled(max)) } else { 0.0 };
            must(reader, node, left > LEAST_MASS, "`min` and `max` leave nothing of this distribution")?;
            Distribution::Lognormal { median, sigma, min, max }
        }
        "beta" => {
            let [alpha, beta] = figures(reader, path, node, "[alpha, beta]")?;
            let accepted = 1e-3..=1e6;
            let sound = accepted.contains(&alpha) && accepted.contains(&beta);
            must(reader, node, sound, "alpha and beta must be from 0.001 to 1000000")?;
            Distribution::Beta { alpha, beta }
        }
        "loguniform" => {
            let [low, high] = figures(reader, path, node, "[low, high]")?;
            must(reader, node, low > 0.0, "low must be above 0")?;
            ordered(reader, node, &[low, high], "low < high")?;
            Distribution::Loguniform { low, high }
        }
        _ => choice(reader, path, node, table)?,
    };
    sound.then_some(law)
}

/// A finite number; reports what is none.
pub fn finite(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<f64> {
    let value = match node.value {
        Value::Whole(whole) => whole as f64,
        Value::Number(number) => number,
        _ => {
            reader.wrong_type(path, node, "a number");
            return None;
        }
    };
    if !value.is_finite() {
        reader.report.error(node.place, format!("{} is not a finite number", quoted(path)), "expected a finite number");
        return None;
    }
    Some(value)
}

fn choice(reader: &mut Reader<'_>, path: &str, node: &Node, table: &Table) -> Option<Distribution> {
    let values = list(reader, path, node)?;
    must(reader, node, (1..=MOST_VALUES).contains(&values.len()), "a choice has from 1 to 256 values")?;
    let weights = match table.get("weights") {
        Some(entry) => {
            let weights = list(reader, path, &entry.node)?;
            must(reader, &entry.node, weights.len() == values.len(), "expected one weight per value")?;
            must(reader, &entry.node, weights.iter().all(|weight| *weight >= 0.0), "no weight may be below 0")?;
            let sum: f64 = weights.iter().sum();
            must(reader, &entry.node, sum.is_finite() && sum > 0.0, "the weights must have a sum above 0")?;
            weights.iter().map(|weight| weight / sum).collect()
        }
        None => vec![1.0 / values.len() as f64; values.len()],
    };
    Some(Distribution::Choice { values, weights })
}

fn list(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Vec<f64>> {
    let Some(items) = node.as_list() else {
        reader.wrong_type(path, node, "a list of numbers");
        return None;
    };
    let read: Vec<Option<f64>> = items.iter().take(MOST_VALUES + 1).map(|item| finite(reader, path, item)).collect();
    read.into_iter().collect()
}

fn figures<const N: usize>(reader: &mut Reader<'_>, path: &str, node: &Node, form: &str) -> Option<[f64; N]> {
    let Some(items) = node.as_list() else {
        reader.wrong_type(path, node, &format!("the list {form}"));
        return None;
    };
    if items.len() != N {
        let message = format!("{} figures where {N} belong", items.len());
        reader.report.error(node.place, message, format!("expected {form}"));
        return None;
    }
    list(reader, path, node)?.try_into().ok()
}

fn ordered(reader: &mut Reader<'_>, node: &Node, figures: &[f64], rule: &str) -> Option<()> {
    let rising = figures.windows(2).all(|pair| pair[0] <= pair[1]);
    let wide = figures.first() < figures.last();
    must(reader, node, rising && wide, &format!("expected {rule}"))
}

fn must(reader: &mut Reader<'_>, node: &Node, holds: bool, rule: &str) -> Option<()> {
    if !holds {
        reader.report.error(node.place, "these figures make no distribution", rule);
    }
    holds.then_some(())
}

/// `min` and `max` where given, not below `floor`.
fn bounds(reader: &mut Reader<'_>, table: &Table, floor: f64) -> Option<(Option<f64>, Option<f64>)> {
    let mut bound = |key: &str| match table.get(key) {
        Some(entry) => finite(reader, key, &entry.node).map(|bound| Some(bound.max(floor))),
        None => Some(None),
    };
    let (min, max) = (bound("min"), bound("max"));
    Some((min?, max?))
}

/// `min`, `max` and `weights` with a law that has no use for them would be silently ignored: errors.
fn refuse_foreign_companions(reader: &mut Reader<'_>, law: &str, table: &Table) -> bool {
    let mut sound = true;
    for key in ["min", "max", "weights"] {
        let fits = if key == "weights" { law == "choice" } else { law == "normal" || law == "lognormal" };
        if let Some(entry) = table.get(key).filter(|_| !fits) {
            let with = if key == "weights" { "`choice`" } else { "`normal` and `lognormal`" };
            let message = format!("`{key}` has no effect with `{law}`");
            reader.report.error(entry.key, message, format!("only for {with}"));
            sound = false;
        }
    }
    sound
}
