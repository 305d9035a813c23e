//! Scales, ticks and axes.

use super::canvas::{Anchor, Picture, Type, text_width};
use super::palette::{AXIS, GUIDE, MUTED};
use super::sheet::{Frame, LABEL};
use crate::report::calendar::{year_of, year_start};
use crate::report::numbers::with_decimals;

/// A linear map from data to points on the sheet. Never degenerate: equal ends are moved apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Data at the start.
    pub low: f64,
    /// Data at the end.
    pub high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From data in `[low, high]` to `[from, to]`.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() { high } else { low };
        let high = if high > low { high } else { low + low.abs().max(1.0) };
        Scale { low, high, from, to }
    }

    /// Where a value lies; values outside the range are put on its nearer end.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }

    /// Round values inside the range, at most about `count`, and the decimals that tell them apart.
    pub fn ticks(&self, count: usize) -> (Vec<f64>, usize) {
        let rough = (self.high - self.low) / count.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|s| *s >= rough * 0.999);
        let step = step.unwrap_or(power * 10.0);
        let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
        let first = (self.low / step - 1e-9).ceil();
        let ticks = (0..=2 * count.max(1))
            .map(|i| (first + i as f64) * step)
            .take_while(|t| *t <= self.high + step * 1e-9)
            .collect();
        (ticks, decimals)
    }
}

const TICK: Type = Type { ink: MUTED, ..LABEL };

/// Numbers along the bottom of a frame, with faint guides upwards; `unit_sign` follows each number.
pub fn bottom(picture: &mut Picture, frame: Frame, scale: Scale, count: usize, unit_sign: &str) {
    let (ticks, decimals) = scale.ticks(count);
    for tick in ticks {
        let x = scale.at(tick);
        picture.line(vec![(x, frame.top), (x, frame.bottom)], GUIDE, 1.0);
        let label = format!("{}{unit_sign}", with_decimals(tick, decimals));
        picture.text((x, frame.bottom + 20.0), label, TICK, Anchor::Middle);
    }
    picture.line(vec![(frame.left, frame.bottom), (frame.right, frame.bottom)], AXIS, 1.0);
}

/// Ticks of a vertical axis and their labels; `factor` and `sign` turn shares into per cent.
fn left_labels(scale: Scale, count: usize, (factor, sign): (f64, &str)) -> Vec<(f64, String)> {
    let (ticks, _) = scale.ticks(count);
    let decimals = Scale::new((scale.low * factor, scale.high * factor), (0.0, 1.0)).ticks(count).1;
    ticks.into_iter().map(|tick| (tick, format!("{}{sign}", with_decimals(tick * factor, decimals)))).collect()
}

/// Width that the numbers of [`left`] take beside the frame, for data in `[low, high]`.
pub fn left_room(range: (f64, f64), count: usize, shown_as: (f64, &str)) -> f64 {
    let labels = left_labels(Scale::new(range, (0.0, 1.0)), count, shown_as);
    labels.iter().map(|(_, label)| text_width(label, TICK)).fold(0.0, f64::max) + 9.0
}

/// Numbers along the left of a frame, with faint guides to the right; `shown_as` is a factor and a sign after it.
pub fn left(picture: &mut Picture, frame: Frame, scale: Scale, count: usize, shown_as: (f64, &str)) {
    for (tick, label) in left_labels(scale, count, shown_as) {
        let y = scale.at(tick);
        picture.line(vec![(frame.left, y), (frame.right, y)], GUIDE, 1.0);
        picture.text((frame.left - 7.0, y + 5.5), label, TICK, Anchor::End);
    }
}

/// Years along the bottom of a frame; `scale` is in days since 1970-01-01.
pub fn years(picture: &mut Picture, frame: Frame, scale: Scale) {
    let (first, last) = (year_of(scale.low as i32).unwrap_or(1970), year_of(scale.high as i32).unwrap_or(1970));
    let room = (frame.right - frame.left) / 48.0;
    let every = (f64::from(last - first + 1) / room).ceil().max(1.0) as i32;
    picture.line(vec![(frame.left, frame.bottom), (frame.right, frame.bottom)], AXIS, 1.0);
    let starts: Vec<(i32, f64)> = (first..=last)
        .filter_map(|year| Some((year, f64::from(year_start(year)?))))
        .filter(|(_, day)| (scale.low..=scale.high).contains(day))
        .collect();
    for (year, day) in &starts {
        let x = scale.at(*day);
        picture.line(vec![(x, frame.top), (x, frame.bottom + 5.0)], GUIDE, 1.0);
        picture.line(vec![(x, frame.bottom), (x, frame.bottom + 5.0)], AXIS, 1.0);
        if (year - first) % every == 0 || starts.len() == 1 {
            picture.text((x, frame.bottom + 21.0), year.to_string(), TICK, Anchor::Middle);
        }
    }
    if starts.is_empty() {
        picture.text(((frame.left + frame.right) / 2.0, frame.bottom + 21.0), first.to_string(), TICK, Anchor::Middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_inside_and_few() {
        let (ticks, decimals) = Scale::new((0.0, 4231.0), (0.0, 1.0)).ticks(5);
        assert_eq!((ticks, decimals), (vec![0.0, 1000.0, 2000.0, 3000.0, 4000.0], 0));
        let (ticks, decimals) = Scale::new((-0.13, 0.22), (0.0, 1.0)).ticks(4);
        assert_eq!(decimals, 1);
        assert!(ticks.len() == 4 && (ticks[0] + 0.1).abs() < 1e-12, "{ticks:?}");
    }

    #[test]
    fn degenerate_ranges_still_map_to_the_sheet() {
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (-3.0, -3.0), (f64::NAN, 1.0), (1e300, f64::INFINITY), (2.0, 1.0)] {
            let scale = Scale::new((low, high), (10.0, 20.0));
            assert!((10.0..=20.0).contains(&scale.at(1.5)), "{low} {high}");
            let (ticks, _) = scale.ticks(5);
            assert!(ticks.len() <= 11 && ticks.iter().all(|t| t.is_finite()), "{low} {high}: {ticks:?}");
        }
    }
}
