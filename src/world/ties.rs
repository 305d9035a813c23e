//! The ties of a pair of groups in all trials of a block: of each kind the trials that have it. Most pairs have no tie in most
//! trials, and one look at a set passes all of them.

use crate::sampling::lanes::LaneSet;
use crate::scenario::group::Tie;

/// The ties of two groups. A trial without any has [`Tie::None`], as all have by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ties {
    hostile: LaneSet,
    /// Cooperation or coalition.
    allied: LaneSet,
    coalition: LaneSet,
}

impl Ties {
    /// The same tie in all trials.
    pub fn all(tie: Tie) -> Self {
        Self {
            hostile: LaneSet::all_if(tie == Tie::Hostile),
            allied: LaneSet::all_if(allied(tie)),
            coalition: LaneSet::all_if(tie == Tie::Coalition),
        }
    }

    /// The tie in one trial.
    #[inline(always)]
    pub fn of(self, lane: usize) -> Tie {
        if self.coalition.has(lane) {
            Tie::Coalition
        } else if self.allied.has(lane) {
            Tie::Cooperation
        } else if self.hostile.has(lane) {
            Tie::Hostile
        } else {
            Tie::None
        }
    }

    /// Sets the tie of one trial.
    #[inline(always)]
    pub fn set(&mut self, lane: usize, tie: Tie) {
        self.hostile = self.hostile.with(lane, tie == Tie::Hostile);
        self.allied = self.allied.with(lane, allied(tie));
        self.coalition = self.coalition.with(lane, tie == Tie::Coalition);
    }

    /// Trials that have this tie.
    #[inline(always)]
    pub fn having(self, tie: Tie) -> LaneSet {
        match tie {
            Tie::Hostile => self.hostile,
            Tie::None => LaneSet::all_if(true).minus(self.hostile.or(self.allied)),
            Tie::Cooperation => self.allied.minus(self.coalition),
            Tie::Coalition => self.coalition,
        }
    }

    /// Trials in which the two are allies, in cooperation or coalition.
    #[inline(always)]
    pub fn allied(self) -> LaneSet {
        self.allied
    }
}

/// Whether a tie makes allies.
fn allied(tie: Tie) -> bool {
    matches!(tie, Tie::Cooperation | Tie::Coalition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::{LANES, lanes_where};

    const ALL: [Tie; 4] = [Tie::Hostile, Tie::None, Tie::Cooperation, Tie::Coalition];

    #[test]
    fn every_trial_keeps_the_tie_it_was_given_last() {
        for start in ALL {
            let mut ties = Ties::all(start);
            assert!((0..LANES).all(|lane| ties.of(lane) == start));
            for turn in 0..4 {
                let given = |lane: usize| ALL[(lane + lane / 5 + turn) % 4];
                (0..LANES).for_each(|lane| ties.set(lane, given(lane)));
                assert!((0..LANES).all(|lane| ties.of(lane) == given(lane)));
                for tie in ALL {
                    assert_eq!(ties.having(tie), lanes_where(|lane| given(lane) == tie));
                }
                assert_eq!(ties.allied(), lanes_where(|lane| allied(given(lane))));
            }
        }
        assert_eq!(Ties::default(), Ties::all(Tie::None));
    }
}
