//! A column of figures, one a trial, in as few bytes as hold them exactly.
//!
//! Most outcomes are small counts: kept as doubles they would take five times the memory. Nothing is rounded: figures that do
//! not fit are kept wider. That is decided for every few thousand trials, so that one extreme widens few others.

use std::ops::Range;

/// Trials of a piece.
const PIECE: usize = 4096;

/// The figures of a column, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// All but the last are full.
    pieces: Vec<Piece>,
}

/// Figures of one width.
#[derive(Debug, Clone)]
enum Piece {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Singles(Vec<f32>),
    Doubles(Vec<f64>),
}

/// A form in which figures are kept.
trait Form: Copy {
    /// The nearest figure that this form has.
    fn nearest(figure: f64) -> Self;

    /// The figure that is kept.
    fn figure(self) -> f64;

    /// Whether these figures come back to the bit.
    fn holds(figures: &[f64]) -> bool {
        let comes_back = |figure: &f64| Self::nearest(*figure).figure().to_bits() == figure.to_bits();
        figures.iter().fold(true, |all, figure| all & comes_back(figure))
    }
}

/// The forms are plain numbers, which Rust converts to the nearest.
macro_rules! forms {
    ($($number:ty),*) => {$(
        impl Form for $number {
            fn nearest(figure: f64) -> Self {
                figure as Self
            }

            fn figure(self) -> f64 {
                self as f64
            }
        }
    )*};
}

forms!(u8, u16, f32, f64);

/// Does the same with the list, whatever its form.
macro_rules! with {
    ($piece:expr, $list:ident => $work:expr) => {
        match $piece {
            Piece::Bytes($list) => $work,
            Piece::Shorts($list) => $work,
            Piece::Singles($list) => $work,
            Piece::Doubles($list) => $work,
        }
    };
}

impl Values {
    /// How many figures there are.
    pub fn len(&self) -> usize {
        self.pieces.last().map_or(0, |last| (self.pieces.len() - 1) * PIECE + last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that the figures take.
    pub fn bytes(&self) -> usize {
        self.pieces.iter().map(Piece::bytes).sum()
    }

    /// Adds figures at the end.
    pub fn extend(&mut self, mut figures: &[f64]) {
        while !figures.is_empty() {
            match self.pieces.last_mut().filter(|last| last.len() < PIECE) {
                None => self.pieces.push(Piece::Bytes(Vec::new())),
                Some(last) => {
                    let (fitting, rest) = figures.split_at(figures.len().min(PIECE - last.len()));
                    last.extend(fitting);
                    figures = rest;
                }
            }
        }
    }

    /// The figure of one trial.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn get(&self, trial: usize) -> f64 {
        with!(&self.pieces[trial / PIECE], list => list[trial % PIECE].figure())
    }

    /// The figures that may be other than whole numbers below 65,536.
    pub fn wide(&self) -> impl Iterator<Item = f64> + '_ {
        let wide = self.pieces.iter().map(|piece| match piece {
            Piece::Bytes(_) | Piece::Shorts(_) => (&[][..], &[][..]),
            Piece::Singles(list) => (list.as_slice(), &[][..]),
            Piece::Doubles(list) => (&[][..], list.as_slice()),
        });
        wide.flat_map(|(singles, doubles): (&[f32], &[f64])| {
            singles.iter().map(|single| single.figure()).chain(doubles.iter().copied())
        })
    }

    /// All figures.
    pub fn all(&self) -> Vec<f64> {
        self.part(0..self.len())
    }

    /// Some of the figures, as far as there are any.
    pub fn part(&self, trials: Range<usize>) -> Vec<f64> {
        let end = trials.end.min(self.len());
        let mut at = trials.start.min(end);
        let mut figures = Vec::with_capacity(end - at);
        while at < end {
            let first = at - at % PIECE;
            let own = at - first..(end - first).min(PIECE);
            with!(&self.pieces[at / PIECE], list => figures.extend(list[own].iter().map(|figure| figure.figure())));
            at = (first + PIECE).min(end);
        }
        figures
    }

    /// Keeps those figures for which `keep`, asked once for each in order, says so.
    pub fn retain(&mut self, mut keep: impl FnMut() -> bool) {
        *self = self.all().into_iter().filter(|_| keep()).collect();
    }

    /// Drops the figures from `trials` on.
    pub fn truncate(&mut self, trials: usize) {
        self.pieces.truncate(trials.div_ceil(PIECE));
        let full = self.pieces.len().saturating_sub(1) * PIECE;
        if let Some(last) = self.pieces.last_mut() {
            with!(last, list => list.truncate(trials - full));
        }
    }
}

impl Piece {
    fn len(&self) -> usize {
        with!(self, list => list.len())
    }

    fn bytes(&self) -> usize {
        with!(self, list => size_of_val(list.as_slice()))
    }

    fn extend(&mut self, figures: &[f64]) {
        while !self.holds(figures) {
            self.widen();
        }
        with!(self, list => add(list, figures));
    }

    fn holds(&self, figures: &[f64]) -> bool {
        match self {
            Self::Bytes(_) => u8::holds(figures),
            Self::Shorts(_) => u16::holds(figures),
            Self::Singles(_) => f32::holds(figures),
            Self::Doubles(_) => true,
        }
    }

    fn widen(&mut self) {
        *self = match self {
            Self::Bytes(list) => Self::Shorts(wider(list)),
            Self::Shorts(list) => Self::Singles(wider(list)),
            Self::Singles(list) => Self::Doubles(wider(list)),
            Self::Doubles(_) => return,
        };
    }
}

fn add<F: Form>(list: &mut Vec<F>, figures: &[f64]) {
    list.extend(figures.iter().map(|figure| F::nearest(*figure)));
}

/// The same figures in a wider form, with as much room.
fn wider<A: Form, B: Form>(list: &Vec<A>) -> Vec<B> {
    let mut wide = Vec::with_capacity(list.capacity());
    wide.extend(list.iter().map(|figure| B::nearest(figure.figure())));
    wide
}

/// Columns of the same figures are equal, in whatever form they are kept.
impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.all() == other.all()
    }
}

impl From<Vec<f64>> for Values {
    fn from(figures: Vec<f64>) -> Self {
        let mut values = Self::default();
        values.extend(&figures);
        values
    }
}

impl FromIterator<f64> for Values {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        figures.into_iter().collect::<Vec<f64>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_piece_is_as_wide_as_its_figures_need() {
        let mut values = Values::default();
        let mut count = 0;
        for (figure, width) in [(255.0, 1), (256.0, 2), (65_535.0, 2), (16_777_216.0, 4), (-0.5, 4), (0.1, 8), (1.0, 8)]
        {
            values.extend(&[figure]);
            count += 1;
            assert_eq!(values.bytes(), count * width, "{figure}");
        }
        assert_eq!(values.all(), [255.0, 256.0, 65_535.0, 16_777_216.0, -0.5, 0.1, 1.0]);
        assert_eq!(values.wide().collect::<Vec<_>>(), values.all());
        assert!(Values::from(vec![0.0, 65_535.0]).wide().next().is_none());
        assert!(Values::from(vec![0.5, 65_536.0]).wide().eq([0.5, 65_536.0]));
        values.extend(&vec![7.0; 2 * PIECE]);
        assert_eq!((values.len(), values.bytes()), (2 * PIECE + 7, 8 * PIECE + PIECE + 7));
        assert_eq!(Values::from(vec![16_777_217.0]).bytes(), 8);
        assert_eq!(Values::from(vec![-0.0]).get(0).to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn parts_are_those_of_all_figures_whatever_their_form() {
        let all: Vec<f64> =
            (0..3 * PIECE + 5).map(|number| if number < PIECE { 1.0 } else { number as f64 / 8.0 }).collect();
        let values = Values::from(all.clone());
        assert_eq!(values.len(), all.len());
        for part in [
            0..0,
            0..3,
            PIECE - 1..PIECE + 1,
            PIECE..2 * PIECE,
            5..all.len(),
            3 * PIECE..all.len() + 9,
            all.len() + 1..all.len() + 2,
        ] {
            let expected = all.get(part.start..part.end.min(all.len())).unwrap_or_default();
            assert_eq!(values.part(part), expected);
        }
        assert!((0..all.len()).all(|trial| values.get(trial) == all[trial]));
        for length in [0, 1, PIECE, PIECE + 1, all.len(), all.len() + 1] {
            let mut fewer = values.clone();
            fewer.truncate(length);
            assert!(fewer.all() == all[..length.min(all.len())] && fewer.is_empty() == (length == 0));
        }
        let mut even = values.clone();
        let mut number = 0;
        even.retain(|| {
            number += 1;
            number % 2 == 1
        });
        let expected: Values = all.iter().copied().step_by(2).collect();
        assert!(even == expected && even != values);
    }

    proptest! {
        #[test]
        fn every_figure_comes_back_to_the_bit(
            parts in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![any::<f64>(), any::<u8>().prop_map(f64::from), any::<u32>().prop_map(f64::from), any::<f32>().prop_map(f64::from)],
                    0..40,
                ),
                0..6,
            )
        ) {
            let mut values = Values::default();
            parts.iter().for_each(|part| values.extend(part));
            let bits = |figures: Vec<f64>| figures.into_iter().map(f64::to_bits).collect::<Vec<_>>();
            prop_assert_eq!(bits(values.all()), bits(parts.concat()));
        }
    }
}
