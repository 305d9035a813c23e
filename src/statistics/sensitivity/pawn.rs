//! PAWN: how far knowing an input shifts the whole distribution of an outcome, whatever its shape (Pianosi & Wagener
//! 2018, "Distribution-based sensitivity analysis from a generic input-output sample", Environmental Modelling & Software
//! 108). For skewed outcomes, whose variance a few extremes decide.
//!
//! The sample is cut into slides of equally many points along the input; the index is the Kolmogorov-Smirnov distance
//! between a slide's outcomes and all outcomes, its median over slides. Distances of finite samples are never zero, so the
//! index comes with what an input without effect would show.
//!
//! Intervals: bootstrap of the points, which must be independent of each other. Distances of finite samples are biased upwards,
//! those of a resample once more than those of the sample; so the resamples are laid around the estimate by their deviations
//! from their own mean. The interval says where the index of another sample of this size would lie on average, bias included:
//! what may be compared with the level of chance, which is that of a sample of this size too.

use super::Estimate;
use crate::statistics::order::ascending;
use crate::statistics::resampling::{Resampler, percentile_interval};
use crate::statistics::summary::{mean, quantile_of_sorted, sorted_finite};

/// Shuffles of the sample behind the level that chance reaches.
const SHUFFLES: usize = 200;

/// Resamples of points behind an interval.
const RESAMPLES: usize = 200;

/// Distances of one input's slides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pawn {
    /// Median over slides, 0 to 1: the index.
    pub median: f64,
    /// Largest distance of a slide.
    pub max: f64,
    /// The smallest.
    pub min: f64,
}

/// The index of an input: `x[i]` is its value where the outcome was `y[i]`; points that are not finite are left out.
/// `None` with fewer than two points a slide.
pub fn pawn(x: &[f64], y: &[f64], slides: usize) -> Option<Pawn> {
    let (order, places) = ranked(x, y, slides)?;
    Some(distances(&order, &places, slides))
}

/// The finite points in their order along the input, and where their outcomes stand. `None` with fewer than two a slide.
fn ranked(x: &[f64], y: &[f64], slides: usize) -> Option<(Vec<usize>, Places)> {
    let (x, y): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(a, b)| a.is_finite() && b.is_finite()).map(|(a, b)| (*a, *b)).unzip();
    (slides >= 1 && y.len() >= 2 * slides).then(|| (ascending(&x), places(&y)))
}

/// The index of an input with its 95 % interval, which holds the estimate. `None` as for [`pawn`].
pub fn pawn_with_interval(x: &[f64], y: &[f64], slides: usize, seed: u64) -> Option<Estimate> {
    let (order, places) = ranked(x, y, slides)?;
    let value = distances(&order, &places, slides).median;
    let mut words = Resampler::new(seed);
    let mut times = vec![0_u32; order.len()];
    let mut again = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        times.fill(0);
        (0..order.len()).for_each(|_| times[words.below(order.len())] += 1);
        again.push(median_of_resample(&order, &places, slides, &times));
    }
    let (centre, (low, high)) = (mean(&again)?, percentile_interval(&again)?);
    Some(Estimate {
        value,
        low: (value + low - centre).clamp(0.0, value),
        high: (value + high - centre).clamp(value, 1.0),
    })
}

/// The index where point `i` is there `times[i]` times; `order` are the points along the input. A slide's distance can only be
/// largest at one of its own points, or just before it: one pass over the points is enough.
fn median_of_resample(order: &[usize], places: &Places, slides: usize, times: &[u32]) -> f64 {
    let n = times.len();
    let mut counts = vec![vec![]; slides];
    let mut drawn = order.iter().flat_map(|&point| std::iter::repeat_n(point, times[point] as usize));
    let mut all = vec![0_u32; places.up_to.len()];
    for (slide, counts) in counts.iter_mut().enumerate() {
        let size = (slide + 1) * n / slides - slide * n / slides;
        *counts = drawn.by_ref().take(size).map(|point| places.place[point]).collect();
        counts.iter().for_each(|&place| all[place] += 1);
        counts.sort_unstable();
    }
    let mut below = 0;
    let up_to: Vec<f64> = all
        .iter()
        .map(|count| {
            below += count;
            f64::from(below) / n as f64
        })
        .collect();
    let distances: Vec<f64> = counts
        .iter()
        .map(|places| {
            let mut distance = 0.0_f64;
            let mut done = 0;
            for ties in places.chunk_by(|a, b| a == b) {
                let before = ties[0].checked_sub(1).map_or(0.0, |place| up_to[place]);
                distance = distance.max((done as f64 / places.len() as f64 - before).abs());
                done += ties.len();
                distance = distance.max((done as f64 / places.len() as f64 - up_to[ties[0]]).abs());
            }
            distance
        })
        .collect();
    quantile_of_sorted(&sorted_finite(&distances), 0.5).unwrap_or(0.0)
}

/// The 95 % quantile of the median distance among inputs that have nothing to do with the outcome: it depends on the outcome
/// and the number of slides alone. `None` as for [`pawn`].
pub fn chance_level(y: &[f64], slides: usize, seed: u64) -> Option<f64> {
    let y: Vec<f64> = y.iter().copied().filter(|v| v.is_finite()).collect();
    if slides < 1 || y.len() < 2 * slides {
        return None;
    }
    let places = places(&y);
    let mut order: Vec<usize> = (0..y.len()).collect();
    let mut words = Resampler::new(seed);
    let medians: Vec<f64> = (0..SHUFFLES)
        .map(|_| {
            words.shuffle(&mut order);
            distances(&order, &places, slides).median
        })
        .collect();
    quantile_of_sorted(&sorted_finite(&medians), 0.95)
}

/// Where each outcome stands among the distinct ones, in ascending order, and how many points are at or below each.
struct Places {
    place: Vec<usize>,
    up_to: Vec<usize>,
}

fn places(y: &[f64]) -> Places {
    let order = ascending(y);
    let mut place = vec![0; y.len()];
    let mut up_to: Vec<usize> = vec![];
    for (rank, &i) in order.iter().enumerate() {
        if rank == 0 || y[i] > y[order[rank - 1]] {
            up_to.push(rank);
        }
        place[i] = up_to.len() - 1;
        if let Some(last) = up_to.last_mut() {
            *last = rank + 1;
        }
    }
    Places { place, up_to }
}

fn distances(order: &[usize], places: &Places, slides: usize) -> Pawn {
    let n = order.len();
    let all: Vec<f64> = (0..slides)
        .map(|s| {
            let slide = &order[s * n / slides..(s + 1) * n / slides];
            let mut counts = vec![0_u32; places.up_to.len()];
            slide.iter().for_each(|&i| counts[places.place[i]] += 1);
            let mut below = 0;
            let mut distance = 0.0_f64;
            for (count, &up_to) in counts.iter().zip(&places.up_to) {
                below += count;
                let gap = f64::from(below) / slide.len() as f64 - up_to as f64 / n as f64;
                distance = distance.max(gap.abs());
            }
            distance
        })
        .collect();
    let sorted = sorted_finite(&all);
    Pawn {
        median: quantile_of_sorted(&sorted, 0.5).unwrap_or(0.0),
        max: sorted.last().copied().unwrap_or(0.0),
        min: sorted.first().copied().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::numbers;
    use super::*;
    use crate::statistics::resampling::variates::uniform;

    #[test]
    fn figures_are_those_of_salib_on_the_same_sample() {
        let (rows, expected) = numbers(include_str!("salib/pawn.txt"));
        let y: Vec<f64> = rows.iter().map(|row| row[3]).collect();
        for input in 0..3 {
            let x: Vec<f64> = rows.iter().map(|row| row[input]).collect();
            let found = pawn(&x, &y, 10).unwrap();
            let theirs = &expected[input];
            // SALib leaves the largest point out of the last slide: with 50 points a slide, a distance there may differ by 1/49.
            for (ours, theirs) in [found.min, found.median, found.max].iter().zip(theirs) {
                assert!((ours - theirs).abs() < 1.0 / 49.0, "input {input}: {ours} {theirs}");
            }
            // The median of ten is of slides that have all their points.
            assert!((found.median - theirs[1]).abs() < 1e-12, "{} {}", found.median, theirs[1]);
        }
        assert_eq!((rows.len(), expected.len()), (500, 3));
    }

    #[test]
    fn an_input_that_decides_the_outcome_stands_out_and_one_that_does_not_stays_at_chance() {
        let mut words = Resampler::new(3);
        let x: Vec<f64> = (0..1000).map(|_| uniform(&mut words)).collect();
        let other: Vec<f64> = (0..1000).map(|_| uniform(&mut words)).collect();
        // The slide of a uniform y = x in [s/10, (s+1)/10] is at most max(s, 9 - s) / 10 away; median 0.7.
        let decided = pawn(&x, &x, 10).unwrap();
        assert!((decided.median - 0.7).abs() < 1e-9 && (decided.max - 0.9).abs() < 1e-9, "{decided:?}");
        let level = chance_level(&x, 10, 1).unwrap();
        let idle = pawn(&other, &x, 10).unwrap();
        assert!(level > 0.05 && level < 0.15 && idle.median < 1.2 * level, "{level} {idle:?}");
    }

    #[test]
    fn chance_reaches_its_level_in_one_input_of_twenty() {
        let mut words = Resampler::new(5);
        let y: Vec<f64> = (0..300).map(|_| (uniform(&mut words) * 4.0).floor()).collect();
        let level = chance_level(&y, 6, 1).unwrap();
        let above = (0..400).filter(|_| {
            let x: Vec<f64> = (0..300).map(|_| uniform(&mut words)).collect();
            pawn(&x, &y, 6).unwrap().median > level
        });
        // Binomial(400, 0.05): 20 with standard deviation 4.4; the level itself, of 200 shuffles, adds as much again and more.
        let above = above.count();
        assert!((2..=48).contains(&above), "{above} of 400");
    }

    #[test]
    fn a_resample_that_takes_every_point_once_has_the_distance_of_the_sample() {
        let mut words = Resampler::new(7);
        let x: Vec<f64> = (0..203).map(|_| uniform(&mut words)).collect();
        // Ties, as outcomes that are counts have them.
        let y: Vec<f64> = x.iter().map(|x| (3.0 * x + 4.0 * uniform(&mut words)).floor()).collect();
        let order = ascending(&x);
        for slides in [1, 5, 8] {
            let again = median_of_resample(&order, &places(&y), slides, &vec![1; x.len()]);
            let plain = pawn(&x, &y, slides).unwrap().median;
            assert!((again - plain).abs() < 1e-12, "{slides}: {again} {plain}");
        }
    }

    #[test]
    fn intervals_hold_what_samples_of_their_size_yield_on_average_as_often_as_they_say() {
        for effect in [1.0, 0.3] {
            let found: Vec<Estimate> = (0..200)
                .map(|seed| {
                    let mut words = Resampler::new(1000 + seed);
                    let x: Vec<f64> = (0..800).map(|_| uniform(&mut words)).collect();
                    let y: Vec<f64> = x.iter().map(|x| effect * x + uniform(&mut words)).collect();
                    pawn_with_interval(&x, &y, 8, seed).unwrap()
                })
                .collect();
            let average = found.iter().map(|one| one.value).sum::<f64>() / 200.0;
            let held = found.iter().filter(|one| (one.low..=one.high).contains(&average)).count();
            // Binomial(200, 0.95) has mean 190 and standard deviation 3.1: four of them below is 177.
            assert!(held >= 177, "effect {effect}: {held} of 200");
            let spread = (found.iter().map(|one| (one.value - average).powi(2)).sum::<f64>() / 199.0).sqrt();
            let told = found.iter().map(|one| one.half_width() / 1.96).sum::<f64>() / 200.0;
            // The standard deviation of 200 estimates has a relative standard error of 1 / sqrt(400); four of them are 0.2.
            assert!((told / spread - 1.0).abs() < 0.2, "effect {effect}: told {told}, spread {spread}");
        }
    }

    #[test]
    fn small_and_constant_samples_yield_no_nan() {
        assert_eq!(pawn(&[1.0; 3], &[1.0; 3], 2), None);
        assert_eq!(pawn(&[1.0, 2.0, 3.0, 4.0], &[5.0; 4], 2).unwrap().max, 0.0);
        assert_eq!(chance_level(&[5.0; 4], 2, 1), Some(0.0));
        assert_eq!(pawn_with_interval(&[1.0; 3], &[1.0; 3], 2, 1), None);
        let constant = pawn_with_interval(&[1.0, 2.0, 3.0, 4.0], &[5.0; 4], 2, 1);
        assert_eq!(constant, Some(Estimate { value: 0.0, low: 0.0, high: 0.0 }));
    }
}
