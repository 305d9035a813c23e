//! Statistical tests of the random words; `docs/random-words.md` explains them and quotes the figures they print.
//!
//! Seeds are fixed, so a test cannot flicker: bounds of 4 sigma (more where a test takes the largest of many figures, by
//! Bonferroni at the same level) are what an ideal source would have met with probability 0.9999.

use super::words::TrialKey;

/// A place of a word, one entry a coordinate: seed, trial, mechanism, step, entity, sub, k.
type Place = [u64; 7];
const NAMES: [&str; 7] = ["seed", "trial", "mechanism", "step", "entity", "sub", "k"];
const BITS: [u32; 7] = [64, 64, 32, 32, 32, 24, 8];

fn word(place: &Place) -> u64 {
    let [seed, trial, mechanism, step, entity, sub, k] = *place;
    TrialKey::new(seed, trial).stream(mechanism as u32, step as u32).word(entity as u32, sub as u32, k as u32)
}

/// Places as simulations use them: small numbers, dense, mixed so that every coordinate varies with the others.
fn usual_place(n: u64) -> Place {
    [2026 + n % 3, n / 64, n % 14, (n * 7) % 260, (n / 5) % 24, (n / 3) % 6, n % 4]
}

/// A chi-square of `cells` cells as a standard normal deviate (Wilson & Hilferty 1931).
fn deviate(chi_square: f64, cells: usize) -> f64 {
    let spread = 2.0 / (9.0 * (cells - 1) as f64);
    ((chi_square / (cells - 1) as f64).cbrt() - 1.0 + spread) / spread.sqrt()
}

fn chi_square(counts: &[u32]) -> f64 {
    let expected = counts.iter().map(|&count| f64::from(count)).sum::<f64>() / counts.len() as f64;
    counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
}

#[test]
fn every_byte_of_a_word_is_uniform() {
    let mut counts = vec![[0_u32; 256]; 8];
    for n in 0..1 << 18 {
        for (position, byte) in word(&usual_place(n)).to_le_bytes().into_iter().enumerate() {
            counts[position][usize::from(byte)] += 1;
        }
    }
    let deviates: Vec<f64> = counts.iter().map(|counts| deviate(chi_square(counts), 256)).collect();
    println!("bytes of 2^18 words, chi-square as normal deviates, lowest byte first: {deviates:.2?}");
    assert!(deviates.iter().all(|z| z.abs() < 4.4));
}

/// Correlation (times the root of the number of pairs) and joint 16 x 16 chi-square of uniforms at places that differ by
/// `step` in one coordinate.
fn pairs(coordinate: usize, step: u64) -> (f64, f64) {
    let number = 1 << 16;
    let (mut product, mut counts) = (0.0, vec![0_u32; 256]);
    for n in 0..number {
        let place = usual_place(n);
        let mut neighbour = place;
        neighbour[coordinate] += step;
        let (here, there) = (word(&place), word(&neighbour));
        let centred = |word: u64| (word >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
        product += centred(here) * centred(there);
        counts[(here >> 60 << 4 | there >> 60) as usize] += 1;
    }
    (12.0 * product / (number as f64).sqrt(), deviate(chi_square(&counts), 256))
}

#[test]
fn neighbours_in_every_coordinate_are_independent() {
    let mut worst = 0.0_f64;
    for (coordinate, name) in NAMES.into_iter().enumerate() {
        let figures: Vec<(f64, f64)> = [1, 2, 3, 16, 128].into_iter().map(|step| pairs(coordinate, step)).collect();
        println!(
            "{name}: (correlation, joint chi-square) as normal deviates at distance 1, 2, 3, 16, 128: {figures:.2?}"
        );
        worst = figures.iter().fold(worst, |worst, (z, joint)| worst.max(z.abs()).max(joint.abs()));
    }
    // The largest of 70 figures.
    assert!(worst < 4.8, "{worst}");
}

#[test]
fn a_flipped_bit_anywhere_flips_half_of_the_word() {
    let places = 1 << 12;
    let (mut worst, mut worst_mean) = (0.0_f64, 0.0_f64);
    for (coordinate, name) in NAMES.into_iter().enumerate() {
        let mut worst_here = 0.0_f64;
        for bit in 0..BITS[coordinate] {
            let mut flips = [0_u32; 64];
            for n in 0..places {
                let place = usual_place(n * 31);
                let mut other = place;
                other[coordinate] ^= 1 << bit;
                let change = word(&place) ^ word(&other);
                for (position, flips) in flips.iter_mut().enumerate() {
                    *flips += (change >> position & 1) as u32;
                }
            }
            let half = places as f64 / 2.0;
            let sigma = (places as f64 / 4.0).sqrt();
            for &flips in &flips {
                worst_here = worst_here.max(((f64::from(flips) - half) / sigma).abs());
            }
            let mean = flips.iter().map(|&flips| f64::from(flips) - half).sum::<f64>() / (8.0 * sigma);
            worst_mean = worst_mean.max(mean.abs());
        }
        println!("{name}: largest deviate of {} (input bit, output bit) pairs {worst_here:.2}", BITS[coordinate] * 64);
        worst = worst.max(worst_here);
    }
    println!("largest deviate of the mean over output bits, of 256 input bits: {worst_mean:.2}");
    // The largest of 16,384 figures and of 256.
    assert!(worst < 5.8, "{worst}");
    assert!(worst_mean < 5.0, "{worst_mean}");
}

#[test]
fn words_in_order_show_no_lag_correlation() {
    let number = 1 << 17;
    let mut largest = 0.0_f64;
    for (coordinate, name) in NAMES.into_iter().enumerate().take(5) {
        // One coordinate runs alone, as when one group's words are followed through the weeks.
        let uniforms: Vec<f64> = (0..number as u64 + 64)
            .map(|n| {
                let mut place = [2026, 5, 10, 51, 3, 0, 0];
                place[coordinate] = n;
                (word(&place) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
            })
            .collect();
        let deviates: Vec<f64> = (1..=64)
            .map(|lag| {
                let product: f64 = (0..number).map(|n| uniforms[n] * uniforms[n + lag]).sum();
                12.0 * product / (number as f64).sqrt()
            })
            .collect();
        let worst = deviates.iter().fold(0.0_f64, |worst, z| worst.max(z.abs()));
        let mean = uniforms.iter().sum::<f64>() * (12.0 / uniforms.len() as f64).sqrt();
        println!("{name} alone: deviate of the mean {mean:.2}, largest of 64 lag correlations {worst:.2}");
        largest = largest.max(worst).max(mean.abs());
    }
    // The largest of 325 figures.
    assert!(largest < 5.1, "{largest}");
}

#[test]
fn sums_and_hamming_weights_along_a_stream_have_the_right_spread() {
    // Structure that pairs do not show: the exclusive or of four consecutive words, and of words at the corners of
    // squares (entity, step), must have the weights of 64 fair coins.
    let number = 1 << 15;
    for (name, corners) in [
        ("four entities in a row", [[0, 0, 0], [0, 1, 0], [0, 2, 0], [0, 3, 0]]),
        ("a square of entity and step", [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]]),
        ("a square of entity and sub", [[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]]),
        ("a square of step and sub", [[0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1]]),
    ] {
        let (mut sum, mut squares) = (0.0, 0.0);
        for n in 0..number {
            let place = usual_place(n * 17);
            let combined = corners.iter().fold(0, |combined, [step, entity, sub]| {
                let mut corner = place;
                corner[3] += step;
                corner[4] += entity;
                corner[5] += sub;
                combined ^ word(&corner)
            });
            let weight = f64::from(combined.count_ones()) - 32.0;
            sum += weight;
            squares += weight * weight;
        }
        let mean = sum / (16.0 * number as f64).sqrt();
        // Variance 16; of the square: 2 * 16^2 (1 - 1/64).
        let spread = (squares - 16.0 * number as f64) / (504.0 * number as f64).sqrt();
        println!("{name}: Hamming weight, deviates of mean {mean:.2} and variance {spread:.2}");
        assert!(mean.abs() < 4.4 && spread.abs() < 4.4, "{name}: {mean} {spread}");
    }
}

#[test]
fn a_million_places_have_a_million_words() {
    let mut words = Vec::with_capacity(1 << 20);
    for trial in 0..16 {
        for mechanism in 0..16 {
            for step in 0..64 {
                let stream = TrialKey::new(2026, trial).stream(mechanism, step);
                words.extend((0..64).map(|entity| stream.word(entity / 4, entity % 4, 0)));
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    println!("{} different words at 1048576 places", words.len());
    assert_eq!(words.len(), 1 << 20);
}
