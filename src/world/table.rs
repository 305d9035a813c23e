//! Dense tables indexed by typed ids, and the columns they hold.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Index, IndexMut};

use super::ids::Id;
use crate::sampling::lanes::Lanes;

/// One real number per trial of the block.
pub type Column = Lanes;
/// One whole number per trial of the block.
pub type Counts = Lanes<i32>;

/// A column of one value.
pub const fn column(value: f64) -> Column {
    Lanes::of(value)
}

/// A dense array indexed by an id.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<I, T> {
    values: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I: Id, T> Table<I, T> {
    /// A table of the values, in order of index.
    #[inline]
    pub fn new(values: Vec<T>) -> Self {
        Self { values, index: PhantomData }
    }
    /// Number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.values.len()
    }
    /// True without entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
    /// All ids, in order.
    #[inline]
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.values.len()).map(I::new)
    }
    /// All values, in order.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }
    /// All values, in order, to change.
    #[inline]
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.values.iter_mut()
    }
}

impl<I: Id, T: Clone> Table<I, T> {
    /// A table of `len` copies.
    #[inline]
    pub fn filled(len: usize, value: T) -> Self {
        Self::new(vec![value; len])
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, id: I) -> &T {
        &self.values[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[inline(always)]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.values[id.index()]
    }
}

/// A dense rectangle indexed by two ids, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid<I, J, T> {
    values: Vec<T>,
    width: usize,
    index: PhantomData<fn(I, J)>,
}

impl<I: Id, J: Id, T: Clone> Grid<I, J, T> {
    /// A grid of copies.
    #[inline]
    pub fn filled(height: usize, width: usize, value: T) -> Self {
        Self { values: vec![value; height * width], width, index: PhantomData }
    }
    /// All values of a row.
    #[inline(always)]
    pub fn row(&self, row: I) -> &[T] {
        &self.values[row.index() * self.width..(row.index() + 1) * self.width]
    }
    /// All values of a row, to change.
    #[inline(always)]
    pub fn row_mut(&mut self, row: I) -> &mut [T] {
        &mut self.values[row.index() * self.width..(row.index() + 1) * self.width]
    }
    /// All values, row by row.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }
    /// All values, row by row, to change.
    #[inline]
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.values.iter_mut()
    }
}

impl<I: Id, J: Id, T> Index<(I, J)> for Grid<I, J, T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, (row, column): (I, J)) -> &T {
        &self.values[row.index() * self.width + column.index()]
    }
}

impl<I: Id, J: Id, T> IndexMut<(I, J)> for Grid<I, J, T> {
    #[inline(always)]
    fn index_mut(&mut self, (row, column): (I, J)) -> &mut T {
        &mut self.values[row.index() * self.width + column.index()]
    }
}

/// A list with room: a copy of it has as much, so that a step that fills the copy asks for no memory.
#[derive(Debug, PartialEq)]
pub struct List<T>(Vec<T>);

impl<T> List<T> {
    /// An empty list with room for so many.
    pub fn with_room(most: usize) -> Self {
        Self(Vec::with_capacity(most))
    }
}

impl<T: Clone> Clone for List<T> {
    fn clone(&self) -> Self {
        let mut copy = Vec::with_capacity(self.0.capacity());
        copy.extend_from_slice(&self.0);
        Self(copy)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    #[inline(always)]
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> Deref for List<T> {
    type Target = Vec<T>;

    #[inline(always)]
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for List<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

/// A value per unordered pair of different ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs<I, T> {
    values: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I: Id, T: Clone> Pairs<I, T> {
    /// Pairs among `len` ids, all with copies of a value.
    #[inline]
    pub fn filled(len: usize, value: T) -> Self {
        Self { values: vec![value; len * len.saturating_sub(1) / 2], index: PhantomData }
    }
    /// The values of all pairs of an id with one before it, in the order of these.
    #[inline(always)]
    pub fn below(&self, id: I) -> &[T] {
        let from = id.index() * id.index().saturating_sub(1) / 2;
        &self.values[from..from + id.index()]
    }
    /// All values; pair (i, j) with j < i stands at `i (i - 1) / 2 + j`.
    #[inline]
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }
}

#[inline(always)]
fn pair(a: usize, b: usize) -> usize {
    debug_assert!(a != b);
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high * (high - 1) / 2 + low
}

impl<I: Id, T> Index<(I, I)> for Pairs<I, T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, (a, b): (I, I)) -> &T {
        &self.values[pair(a.index(), b.index())]
    }
}

impl<I: Id, T> IndexMut<(I, I)> for Pairs<I, T> {
    #[inline(always)]
    fn index_mut(&mut self, (a, b): (I, I)) -> &mut T {
        &mut self.values[pair(a.index(), b.index())]
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::GroupId;
    use super::*;

    #[test]
    fn a_row_of_pairs_holds_those_with_each_id_before() {
        let mut pairs = Pairs::filled(5, (0, 0));
        let ids = |len: usize| (0..len).map(GroupId::new);
        for a in ids(5) {
            for b in ids(a.index()) {
                pairs[(b, a)] = (a.index(), b.index());
            }
        }
        for a in ids(5) {
            let expected: Vec<_> = (0..a.index()).map(|b| (a.index(), b)).collect();
            assert_eq!(pairs.below(a), expected);
        }
    }
}
