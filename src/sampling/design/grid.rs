//! Designs over lists of levels: every combination, and one input at a time from a base.

/// Every combination of levels, the last input varying fastest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    levels: Vec<usize>,
}

impl Grid {
    /// The grid of inputs with so many levels each.
    pub fn new(levels: Vec<usize>) -> Self {
        Self { levels }
    }

    /// Number of points: 1 without inputs, 0 if an input has no level; `None` if it does not fit 64 bits.
    pub fn points(&self) -> Option<u64> {
        self.levels.iter().try_fold(1_u64, |product, &n| product.checked_mul(n as u64))
    }

    /// The level of each input at point `index`, which is taken modulo the number of points.
    pub fn point(&self, index: u64) -> Vec<usize> {
        let mut rest = index;
        let mut point: Vec<usize> = self
            .levels
            .iter()
            .rev()
            .map(|&n| {
                let n = (n as u64).max(1);
                let level = rest % n;
                rest /= n;
                level as usize
            })
            .collect();
        point.reverse();
        point
    }
}

/// The base, then each input through its other levels while the rest stay at the base: the levels of each input at each
/// point, shape `[point][input]`. `base[i]` is below `levels[i]`.
pub fn one_at_a_time(levels: &[usize], base: &[usize]) -> Vec<Vec<usize>> {
    let mut points = vec![base.to_vec()];
    for (input, &count) in levels.iter().enumerate() {
        for level in (0..count).filter(|&level| level != base[input]) {
            let mut point = base.to_vec();
            point[input] = level;
            points.push(point);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_holds_every_combination_once() {
        let grid = Grid::new(vec![2, 3, 1]);
        let points: Vec<_> = (0..6).map(|i| grid.point(i)).collect();
        assert_eq!(grid.points(), Some(6));
        assert_eq!(
            points,
            [[0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 0, 0], [1, 1, 0], [1, 2, 0]].map(|p: [usize; 3]| p.to_vec())
        );
        assert_eq!(Grid::new(vec![1 << 40, 1 << 40]).points(), None);
        assert_eq!((Grid::new(vec![]).points(), Grid::new(vec![3, 0]).points()), (Some(1), Some(0)));
    }

    #[test]
    fn one_at_a_time_leaves_the_base_in_one_input_only() {
        let points = one_at_a_time(&[3, 2], &[1, 0]);
        assert_eq!(points, [[1, 0], [0, 0], [2, 0], [1, 1]].map(|p: [usize; 2]| p.to_vec()));
    }
}
