//! The Sobol' sequence with the direction numbers of Joe and Kuo (2008), as it is or with Owen's nested scrambling.
//!
//! Points come in Gray code order (Antonov & Saleev 1979), as SciPy has them. Scrambling flips each binary digit of a
//! coordinate by a random bit that belongs to the digits before it (Owen 1995, "Randomly permuted (t,m,s)-nets and
//! (t,s)-sequences"): the points stay as even as they were, each becomes uniform, and averages over them unbiased. The bits
//! are hashes of (seed, dimension, digits before), so a point is a function of its number and the sequence can always be
//! extended.

use thiserror::Error;

use crate::sampling::words::TrialKey;

/// Binary digits of a coordinate; the sequence begins again after 2^32 points.
const BITS: u32 = 32;
/// Direction numbers, with their source and licence.
const DIRECTIONS: &str = include_str!("joe_kuo.txt");
/// Dimensions that there are direction numbers for.
pub const DIMENSIONS: usize = 1024;

/// More dimensions were asked for than there are direction numbers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a Sobol' sequence has at most {DIMENSIONS} dimensions, and {0} are needed")]
pub struct TooManyDimensions(pub usize);

/// A Sobol' sequence.
#[derive(Debug, Clone)]
pub struct Sobol {
    /// `directions[dimension][digit]`.
    directions: Vec<[u32; BITS as usize]>,
    seed: Option<u64>,
}

impl Sobol {
    /// The sequence itself; its first point is the origin.
    ///
    /// # Errors
    /// [`TooManyDimensions`] above [`DIMENSIONS`].
    pub fn new(dimensions: usize) -> Result<Self, TooManyDimensions> {
        if dimensions > DIMENSIONS {
            return Err(TooManyDimensions(dimensions));
        }
        let lines = DIRECTIONS.lines().filter(|line| !line.starts_with('#'));
        Ok(Self { directions: lines.take(dimensions).map(directions).collect(), seed: None })
    }

    /// The sequence scrambled under a seed; no coordinate is 0 or 1.
    ///
    /// # Errors
    /// As [`Sobol::new`].
    pub fn scrambled(dimensions: usize, seed: u64) -> Result<Self, TooManyDimensions> {
        Ok(Self { seed: Some(seed), ..Self::new(dimensions)? })
    }

    /// Number of dimensions.
    pub fn dimensions(&self) -> usize {
        self.directions.len()
    }

    /// Point `index` (modulo 2^32).
    pub fn point(&self, index: u64) -> Vec<f64> {
        (0..self.dimensions()).map(|dimension| self.coordinate(index, dimension)).collect()
    }

    /// One coordinate of point `index` (modulo 2^32); `dimension` is below [`Sobol::dimensions`].
    pub fn coordinate(&self, index: u64, dimension: usize) -> f64 {
        let scale = f64::from(BITS).exp2();
        let index = index as u32;
        let gray = index ^ (index >> 1);
        let digits = self.directions[dimension].iter().enumerate();
        let plain = digits.filter(|(digit, _)| gray >> digit & 1 == 1).fold(0, |sum, (_, direction)| sum ^ direction);
        match self.seed {
            None => f64::from(plain) / scale,
            // The middle of the cell that the digits leave open.
            Some(seed) => (f64::from(nested_scramble(plain, seed, dimension)) + 0.5) / scale,
        }
    }
}

/// Direction numbers of a dimension, from its line of the table: `v_i = m_i 2^(32 - i)` with Bratley and Fox's (1988)
/// recurrence in the coefficients of the polynomial.
fn directions(line: &str) -> [u32; BITS as usize] {
    let mut numbers = line.split_ascii_whitespace().map(|word| word.parse::<u32>().unwrap_or(0));
    let polynomial = numbers.next().unwrap_or(1);
    let initial: Vec<u32> = numbers.collect();
    let degree = initial.len();
    let mut v = [0; BITS as usize];
    for i in 0..BITS as usize {
        v[i] = if degree == 0 {
            1 << (BITS as usize - 1 - i)
        } else if i < degree {
            initial[i] << (BITS as usize - 1 - i)
        } else {
            let first = v[i - degree] ^ (v[i - degree] >> degree);
            (1..degree).filter(|k| polynomial >> (degree - k) & 1 == 1).fold(first, |sum, k| sum ^ v[i - k])
        };
    }
    v
}

/// Each digit flipped by a bit that depends on the digits before it.
fn nested_scramble(value: u32, seed: u64, dimension: usize) -> u32 {
    let words = TrialKey::new(seed, dimension as u64);
    (0..BITS).fold(0, |scrambled, digit| {
        let before = value.checked_shr(BITS - digit).unwrap_or(0);
        let flip = (words.stream(digit, 0).word(before, 0, 0) >> 63) as u32;
        let place = BITS - 1 - digit;
        scrambled | ((value >> place & 1) ^ flip) << place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of `scipy.stats.qmc.Sobol(d=1024, scramble=False)` of SciPy 1.17: `(point, dimension, 2^32 times value)`.
    const SCIPY: &str = include_str!("sobol_scipy.txt");

    #[test]
    fn unscrambled_points_are_those_of_scipy() {
        let sobol = Sobol::new(DIMENSIONS).unwrap();
        let mut checked = 0;
        for line in SCIPY.lines().filter(|line| !line.starts_with('#')) {
            let numbers: Vec<u64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
            let (point, dimension, value) = (numbers[0], numbers[1] as usize, numbers[2]);
            assert_eq!(sobol.coordinate(point, dimension), value as f64 / f64::from(BITS).exp2(), "{line}");
            checked += 1;
        }
        assert_eq!(checked, 600);
    }

    #[test]
    fn scrambled_points_fill_every_elementary_interval_as_plain_ones_do() {
        let sobol = Sobol::scrambled(2, 9).unwrap();
        // A (0, m, 2)-net: 256 points put exactly one into each of 256 boxes of any dyadic shape.
        for shape in 0..=8_u32 {
            let (across, down) = (1_u32 << shape, 1_u32 << (8 - shape));
            let mut boxes = vec![0; 256];
            for i in 0..256 {
                let p = sobol.point(i);
                boxes[((p[0] * f64::from(across)) as u32 * down + (p[1] * f64::from(down)) as u32) as usize] += 1;
            }
            assert!(boxes.iter().all(|n| *n == 1), "{across} x {down}");
        }
        assert_eq!(sobol.point(17), Sobol::scrambled(2, 9).unwrap().point(17));
        assert_ne!(sobol.point(0), Sobol::scrambled(2, 10).unwrap().point(0));
    }

    #[test]
    fn scrambling_is_unbiased_and_beats_chance() {
        // Mean of x1 x2 over 64 points is 1/4. Independent points have standard deviation sqrt(7/144) / 8 = 0.0276.
        let estimates: Vec<f64> = (0..200)
            .map(|seed| {
                let sobol = Sobol::scrambled(2, seed).unwrap();
                (0..64).map(|i| sobol.point(i)).map(|p| p[0] * p[1]).sum::<f64>() / 64.0
            })
            .collect();
        let mean = estimates.iter().sum::<f64>() / 200.0;
        let sd = (estimates.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
        assert!((mean - 0.25).abs() < 4.0 * sd / 200.0_f64.sqrt(), "{mean} {sd}");
        assert!(sd < 0.0276 / 8.0, "{sd}");
    }

    #[test]
    fn more_dimensions_than_there_are_numbers_are_an_error() {
        assert_eq!(Sobol::new(1025).unwrap_err(), TooManyDimensions(1025));
    }
}
