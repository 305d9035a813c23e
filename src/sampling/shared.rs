//! What trials of a block have in common is made once.

use super::lanes::{Lanes, each};

/// Something for each trial of a block, one for all trials that have the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared<T> {
    pub(super) made: Vec<T>,
    /// Which of them a trial has.
    of: Lanes<u8>,
}

impl<T> Shared<T> {
    /// For each trial what `make` makes for it, or what was made for a trial before it of which `fits` says that it serves.
    pub fn new(fits: impl Fn(&T, usize) -> bool, make: impl Fn(usize) -> T) -> Self {
        let mut made: Vec<T> = Vec::new();
        let of = each(|lane| {
            let known = made.iter().position(|one| fits(one, lane));
            known.unwrap_or_else(|| {
                made.push(make(lane));
                made.len() - 1
            }) as u8
        });
        Self { made, of }
    }

    /// That of one trial.
    #[inline(always)]
    pub fn of(&self, lane: usize) -> &T {
        &self.made[usize::from(self.of[lane])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::LANES;

    #[test]
    fn each_trial_has_its_own_and_what_serves_several_is_made_once() {
        let shared = Shared::new(|made, lane| *made == lane % 3, |lane| lane % 3);
        assert_eq!(shared.made, [0, 1, 2]);
        assert!((0..LANES).all(|lane| *shared.of(lane) == lane % 3));
    }
}
