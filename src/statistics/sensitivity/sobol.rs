//! Sobol' indices: shares of the outcome's variance that go back to an input, or group of inputs.
//!
//! First order after Saltelli et al. (2010), "Variance based sensitivity analysis of model output", Computer Physics
//! Communications 181(2); total after Jansen (1999), "Analysis of variance designs for model output", the same 117; second
//! order after Saltelli (2002), the same 145. All are shares of the whole variance, chance's part included, so that first
//! orders of a partition, chance and what is left for interactions sum to one. Where an estimator is a product of two
//! evaluations, each comes from another replication, averaged over all pairs.
//!
//! Intervals: bootstrap of base rows, each with all its evaluations and replications (Archer, Saltelli & Sobol' 1997,
//! "Sensitivity measures, ANOVA-like techniques and the use of bootstrap"). It takes rows to be independent of each other.
//! Replications are not drawn anew within a row: rows are independent with all that is in them, chance included, so that
//! resampled rows vary as new rows with new chance would. Drawing replications again within them would count chance twice
//! (Davison & Hinkley 1997, "Bootstrap methods and their application", section 3.8). A test holds both: intervals hold
//! the truth at their rate, and are no wider than estimates of independent studies spread.

use super::Estimate;
use crate::statistics::resampling::{Resampler, percentile_interval};

/// Resamples of base rows behind an interval.
const RESAMPLES: usize = 500;

/// Indices of all groups of one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Indices {
    /// Base rows used.
    pub rows: usize,
    /// Base rows dropped because an evaluation of theirs failed.
    pub dropped: usize,
    /// Variance of the outcome, inputs and chance together.
    pub variance: f64,
    /// Chance's own share; `None` with a single replication.
    pub chance: Option<Estimate>,
    /// First order of each group: the share that knowing it alone would remove.
    pub first: Vec<Estimate>,
    /// Total of each group: the share that is left if all but it were known, chance apart.
    pub total: Vec<Estimate>,
    /// What is left of each way to part the inputs when the first orders of its groups and chance are taken off: what its
    /// groups do together. As many as there are ways.
    pub left: Vec<Estimate>,
    /// Second order of pairs `(i, j)`, `i < j`: what the two do together beyond what each does alone. Empty unless the design
    /// has the evaluations.
    pub second: Vec<((usize, usize), Estimate)>,
}

/// Per base row, what the numerators are means of.
struct Terms {
    /// Sum and sum of squares over A and B, centred, each a mean over their evaluations.
    level: Vec<f64>,
    square: Vec<f64>,
    chance: Option<Vec<f64>>,
    first: Vec<Vec<f64>>,
    total: Vec<Vec<f64>>,
    second: Vec<((usize, usize), Vec<f64>)>,
}

/// Indices of `groups` groups. `rows[row][part][replication]`: parts are the first sample A, the second sample B, A with the
/// inputs of each group from B, and, if second order is wanted, B with those of each group from A. Every part has as many
/// replications. A row that lacks a part, or has a value that is not finite, is dropped. `None` for fewer than two rows or an
/// outcome that does not vary.
pub fn indices(rows: &[Vec<Vec<f64>>], groups: usize, ways: &[Vec<usize>], seed: u64) -> Option<Indices> {
    let second = rows.iter().any(|row| row.len() == 2 + 2 * groups) && groups > 1;
    let parts = 2 + groups * (1 + usize::from(second));
    let replications = rows.iter().flatten().map(Vec::len).max().unwrap_or(0).max(1);
    let whole = |row: &&Vec<Vec<f64>>| {
        row.len() >= parts && row.iter().all(|v| v.len() == replications && v.iter().all(|x| x.is_finite()))
    };
    let kept: Vec<&Vec<Vec<f64>>> = rows.iter().filter(whole).collect();
    if kept.len() < 2 {
        return None;
    }
    let terms = terms(&kept, groups, second, replications);
    let evaluate = |weights: &[f64]| evaluate(&terms, ways, weights);
    let ones = vec![1.0; kept.len()];
    let central = evaluate(&ones)?;
    let mut words = Resampler::new(seed);
    let mut resampled: Vec<Vec<f64>> = vec![Vec::with_capacity(RESAMPLES); central.shares.len()];
    for _ in 0..RESAMPLES {
        let mut weights = vec![0.0; kept.len()];
        (0..kept.len()).for_each(|_| weights[words.below(kept.len())] += 1.0);
        // A resample of rows that all have the same outcome says nothing.
        if let Some(again) = evaluate(&weights) {
            again.shares.into_iter().zip(&mut resampled).for_each(|(share, all)| all.push(share));
        }
    }
    let mut estimates = central.shares.iter().zip(&resampled).map(|(&value, all)| {
        let (low, high) = percentile_interval(all).unwrap_or((value, value));
        Estimate { value, low, high }
    });
    let chance = terms.chance.as_ref().and_then(|_| estimates.next());
    let first = estimates.by_ref().take(groups).collect();
    let total = estimates.by_ref().take(groups).collect();
    let left = estimates.by_ref().take(ways.len()).collect();
    Some(Indices {
        rows: kept.len(),
        dropped: rows.len() - kept.len(),
        variance: central.variance,
        chance,
        first,
        total,
        left,
        second: terms.second.iter().map(|(pair, _)| *pair).zip(estimates).collect(),
    })
}

fn terms(rows: &[&Vec<Vec<f64>>], groups: usize, second: bool, replications: usize) -> Terms {
    let count = rows.iter().map(|row| row.len() * replications).sum::<usize>() as f64;
    let centre = rows.iter().flat_map(|row| row.iter().flatten()).map(|y| y / count).sum::<f64>();
    // Ordered pairs of different replications; a single one is paired with itself.
    let pairs: Vec<(usize, usize)> = (0..replications)
        .flat_map(|r| (0..replications).map(move |s| (r, s)))
        .filter(|(r, s)| r != s || replications == 1)
        .collect();
    let over_pairs =
        |f: &dyn Fn(usize, usize) -> f64| pairs.iter().map(|&(r, s)| f(r, s)).sum::<f64>() / pairs.len() as f64;
    let each = |f: &dyn Fn(&[Vec<f64>]) -> f64| rows.iter().map(|row| f(row)).collect::<Vec<f64>>();
    let own = |row: &[Vec<f64>], f: &dyn Fn(f64) -> f64| {
        row[..2].iter().flatten().map(|y| f(y - centre)).sum::<f64>() / (2 * replications) as f64
    };
    let within = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (values.len() - 1) as f64
    };
    let second_pairs = (0..groups).flat_map(|i| (i + 1..groups).map(move |j| (i, j))).filter(|_| second);
    Terms {
        level: each(&|row| own(row, &|y| y)),
        square: each(&|row| own(row, &|y| y * y)),
        chance: (replications > 1).then(|| each(&|row| (within(&row[0]) + within(&row[1])) / 2.0)),
        first: (0..groups)
            .map(|g| each(&|row| over_pairs(&|r, s| (row[1][s] - centre) * (row[2 + g][r] - row[0][r]))))
            .collect(),
        total: (0..groups)
            .map(|g| each(&|row| 0.5 * over_pairs(&|r, s| (row[0][r] - row[2 + g][r]) * (row[0][s] - row[2 + g][s]))))
            .collect(),
        second: second_pairs
            .map(|(i, j)| {
                let closed = |row: &[Vec<f64>]| {
                    over_pairs(&|r, s| {
                        (row[2 + groups + i][r] - centre) * (row[2 + j][s] - centre)
                            - (row[0][r] - centre) * (row[1][s] - centre)
                    })
                };
                ((i, j), each(&closed))
            })
            .collect(),
    }
}

/// Shares in the order chance (if any), first, total, left, second.
struct Evaluated {
    variance: f64,
    shares: Vec<f64>,
}

fn evaluate(terms: &Terms, ways: &[Vec<usize>], weights: &[f64]) -> Option<Evaluated> {
    let rows: f64 = weights.iter().sum();
    let mean = |values: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / rows;
    let (level, square) = (mean(&terms.level), mean(&terms.square));
    let variance = square - level * level;
    // An outcome that varies by rounding only does not vary.
    if !(variance.is_finite() && variance > 1e-24 * square) || variance <= 0.0 {
        return None;
    }
    let mut shares: Vec<f64> = terms.chance.iter().map(|c| mean(c) / variance).collect();
    let first: Vec<f64> = terms.first.iter().map(|t| mean(t) / variance).collect();
    let chance = shares.first().copied().unwrap_or(0.0);
    shares.extend(&first);
    shares.extend(terms.total.iter().map(|t| mean(t) / variance));
    shares.extend(ways.iter().map(|way| 1.0 - chance - way.iter().map(|&g| first[g]).sum::<f64>()));
    shares.extend(terms.second.iter().map(|((i, j), t)| mean(t) / variance - first[*i] - first[*j]));
    Some(Evaluated { variance, shares })
}

#[cfg(test)]
mod tests {
    use super::super::functions::{g_function, ishigami, numbers};
    use super::*;
    use crate::sampling::design::Saltelli;
    use crate::statistics::resampling::variates::normal;

    /// Evaluates a function of a point and of the replication's own noise, the same for all parts of a row.
    fn rows(design: &Saltelli, count: u64, noise: usize, f: impl Fn(&[f64], f64) -> f64) -> Vec<Vec<Vec<f64>>> {
        let mut words = Resampler::new(4);
        let one = |row| {
            let chance: Vec<f64> =
                (0..noise.max(1)).map(|_| if noise > 0 { normal(&mut words) } else { 0.0 }).collect();
            let value = |part| {
                let point = design.point(row, part);
                chance.iter().map(|e| f(&point, *e)).collect()
            };
            design.parts().into_iter().map(value).collect()
        };
        (0..count).map(one).collect()
    }

    /// Asserts that an estimate is within four standard errors of the truth, and that these are small.
    fn near(what: &str, estimate: &Estimate, truth: f64, largest_error: f64) {
        let error = estimate.half_width() / 1.96;
        assert!(error < largest_error, "{what}: standard error {error}");
        assert!((estimate.value - truth).abs() < 4.0 * error + 1e-12, "{what}: {estimate:?}, truth {truth}");
    }

    fn singles(inputs: usize) -> Vec<Vec<usize>> {
        (0..inputs).map(|i| vec![i]).collect()
    }

    #[test]
    fn indices_of_the_ishigami_function_are_the_analytic_ones() {
        let design = Saltelli::new(3, &singles(3), true, 2);
        let found = indices(&rows(&design, 8192, 0, |x, _| ishigami::value(x)), 3, &[], 1).unwrap();
        assert_eq!((found.rows, found.dropped, found.chance), (8192, 0, None));
        assert!((found.variance / ishigami::VARIANCE - 1.0).abs() < 0.02, "{}", found.variance);
        for i in 0..3 {
            near("first", &found.first[i], ishigami::FIRST[i], 0.03);
            near("total", &found.total[i], ishigami::TOTAL[i], 0.03);
        }
        for ((i, j), estimate) in &found.second {
            near("second", estimate, if (*i, *j) == (0, 2) { ishigami::SECOND_13 } else { 0.0 }, 0.05);
        }
        assert_eq!(found.second.len(), 3);
    }

    #[test]
    fn indices_of_the_g_function_are_the_analytic_ones_for_inputs_and_groups() {
        let design = Saltelli::new(8, &singles(8), false, 3);
        let found = indices(&rows(&design, 8192, 0, |x, _| g_function::value(x)), 8, &[], 1).unwrap();
        for i in 0..8 {
            near("first", &found.first[i], g_function::first(&[i]), 0.04);
            near("total", &found.total[i], g_function::total(&[i]), 0.04);
        }
        // Two partitions at once, which share the samples.
        let groups = vec![vec![0, 3], vec![1, 2, 4, 5, 6, 7], vec![0, 1]];
        let design = Saltelli::new(8, &groups, false, 3);
        let found = indices(&rows(&design, 8192, 0, |x, _| g_function::value(x)), 3, &[], 1).unwrap();
        for (g, members) in groups.iter().enumerate() {
            near("group, first", &found.first[g], g_function::first(members), 0.04);
            near("group, total", &found.total[g], g_function::total(members), 0.04);
        }
    }

    #[test]
    fn chance_within_replications_has_its_own_share_and_biases_no_index() {
        // Noise whose size depends on the third input: E V(y | x) = c² E x3², with E x3² = pi² / 3.
        let c = 2.0;
        let chance = c * c * std::f64::consts::PI.powi(2) / 3.0;
        let whole = ishigami::VARIANCE + chance;
        let design = Saltelli::new(3, &singles(3), true, 2);
        let noisy = |x: &[f64], e: f64| ishigami::value(x) + c * ishigami::angle(x[2]) * e;
        let found = indices(&rows(&design, 8192, 2, noisy), 3, &[vec![0, 1, 2]], 1).unwrap();
        near("interactions", &found.left[0], ishigami::SECOND_13 * ishigami::VARIANCE / whole, 0.05);
        near("chance", &found.chance.unwrap(), chance / whole, 0.03);
        for i in 0..3 {
            near("first", &found.first[i], ishigami::FIRST[i] * ishigami::VARIANCE / whole, 0.03);
            near("total", &found.total[i], ishigami::TOTAL[i] * ishigami::VARIANCE / whole, 0.03);
        }
        // Taken as a function of its inputs, the same data blame the third input for chance.
        let single: Vec<_> = rows(&design, 8192, 1, noisy);
        let naive = indices(&single, 3, &[], 1).unwrap();
        assert!(naive.total[2].low > ishigami::TOTAL[2] * ishigami::VARIANCE / whole + 0.1, "{:?}", naive.total[2]);
    }

    #[test]
    fn figures_are_those_of_salib_on_the_same_sample() {
        let (values, expected) = numbers(include_str!("salib/sobol.txt"));
        // SALib's order: A, AB of each input, BA of each input, B.
        let y: Vec<f64> = values.into_iter().map(|row| row[0]).collect();
        let rows: Vec<Vec<Vec<f64>>> = y
            .chunks(8)
            .map(|c| [c[0], c[7], c[1], c[2], c[3], c[4], c[5], c[6]].iter().map(|v| vec![*v]).collect())
            .collect();
        let found = indices(&rows, 3, &[], 1).unwrap();
        let first: Vec<f64> = found.first.iter().map(|e| e.value).collect();
        let total: Vec<f64> = found.total.iter().map(|e| e.value).collect();
        let second: Vec<f64> = found.second.iter().map(|(_, e)| e.value).collect();
        for (ours, theirs) in [first, total, second].iter().zip(&expected) {
            assert!(ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-10), "{ours:?} {theirs:?}");
        }
        assert_eq!((rows.len(), expected.len()), (64, 3));
    }

    #[test]
    fn intervals_hold_the_truth_about_as_often_as_they_promise() {
        let truth = g_function::first(&[1]);
        let held = (0..60).filter(|&seed| {
            let design = Saltelli::new(8, &[vec![1]], false, seed);
            let found = indices(&rows(&design, 128, 0, |x, _| g_function::value(x)), 1, &[], seed).unwrap();
            (found.first[0].low..found.first[0].high).contains(&truth)
        });
        // Binomial(60, 0.95) has mean 57 and standard deviation 1.7: four of them below is 50.
        let held = held.count();
        assert!(held >= 50, "{held} of 60");
    }

    #[test]
    fn intervals_of_a_noisy_function_hold_the_truth_at_their_rate_and_are_no_wider_than_they_need_be() {
        // Ishigami's function and noise of standard deviation 3 whose share is 9 / (V + 9).
        let whole = ishigami::VARIANCE + 9.0;
        let noise = 9.0 / whole;
        let truths = [noise, ishigami::FIRST[0] * (1.0 - noise), ishigami::TOTAL[2] * (1.0 - noise)];
        let studies = 200;
        let mut words = Resampler::new(71);
        let found: Vec<[Estimate; 3]> = (0..studies)
            .map(|seed| {
                let design = Saltelli::new(3, &singles(3), false, 5000 + seed);
                let rows: Vec<Vec<Vec<f64>>> = (0..200)
                    .map(|row| {
                        let chance = [0, 1].map(|_| 3.0 * normal(&mut words));
                        let value = |part| chance.map(|e| ishigami::value(&design.point(row, part)) + e).to_vec();
                        design.parts().into_iter().map(value).collect()
                    })
                    .collect();
                let one = indices(&rows, 3, &[], seed).unwrap();
                [one.chance.unwrap(), one.first[0], one.total[2]]
            })
            .collect();
        for (index, truth) in truths.into_iter().enumerate() {
            let of = |f: fn(&Estimate) -> f64| found.iter().map(|one| f(&one[index])).collect::<Vec<f64>>();
            let held = found.iter().filter(|one| (one[index].low..=one[index].high).contains(&truth)).count();
            // Binomial(200, 0.95) has mean 190 and standard deviation 3.1: four of them below is 177.
            assert!(held >= 177, "index {index}: {held} of {studies}");
            let (values, n) = (of(|e| e.value), studies as f64);
            let mean = values.iter().sum::<f64>() / n;
            let spread = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt();
            assert!((mean - truth).abs() < 4.0 * spread / n.sqrt(), "index {index}: {mean}, truth {truth}");
            // The standard deviation of 200 estimates has a relative standard error of 1 / sqrt(400): four of them are 0.2.
            let told = of(|e| e.half_width() / 1.96).iter().sum::<f64>() / n;
            assert!((told / spread - 1.0).abs() < 0.2, "index {index}: told {told}, spread {spread}");
        }
    }

    #[test]
    fn failed_and_constant_outcomes_yield_no_nan() {
        let row = |a: f64| vec![vec![a], vec![1.0 - a], vec![a * a]];
        let mut data: Vec<_> = (0..10).map(|i| row(f64::from(i) / 10.0)).collect();
        data[3][2].clear();
        data[4][0][0] = f64::NAN;
        let found = indices(&data, 1, &[], 1).unwrap();
        assert_eq!((found.rows, found.dropped), (8, 2));
        assert!(found.first[0].value.is_finite() && found.total[0].value.is_finite());
        assert_eq!(indices(&vec![vec![vec![0.1]; 3]; 9], 1, &[], 1), None);
        assert_eq!(indices(&[], 1, &[], 1), None);
    }
}
