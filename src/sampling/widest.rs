//! Work done with the widest vectors that the machine has.
//!
//! Programs are built for any x86-64, whose vectors hold two numbers; most machines have vectors of four, some of eight. Work
//! given to [`widest`] is compiled for each, and the machine is asked when it runs. Results do not depend on the answer: all do
//! the same IEEE 754 operations in the same order, and none is fused.
//!
//! This is the crate's only unsafe code: a function compiled for an instruction set must not be called where it is absent,
//! and that the machine has been asked is something that the compiler cannot see.
#![allow(unsafe_code, reason = "calling what is compiled for wider vectors, after asking the machine; see above")]

/// Work that can be compiled for an instruction set. `run` is to be `#[inline(always)]`, and so is what it calls in a loop:
/// what is not inlined runs as compiled for any machine.
pub trait Work {
    /// Does it.
    fn run(self);
}

/// Runs the work, compiled for the widest vectors that the machine has.
#[inline]
pub fn widest(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512() {
            // SAFETY: the machine has just said that it has the instruction sets.
            unsafe { with_avx512(work) };
            return;
        }
        if has_avx2() {
            // SAFETY: the machine has just said that it has the instruction sets.
            unsafe { with_avx2(work) };
            return;
        }
    }
    work.run();
}

/// Whether the machine has vectors of four numbers and what goes with them: sets of bits counted and walked in one instruction.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
        && std::arch::is_x86_feature_detected!("popcnt")
}

/// Whether the machine has vectors of eight numbers too and what goes with them: masks, and shorter vectors with these.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx512() -> bool {
    has_avx2()
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx512(work: impl Work) {
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn with_avx2(work: impl Work) {
    work.run();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::{LANES, Lanes};
    use crate::sampling::words::{Streams, TrialKey};
    use crate::sampling::{Chances, poisson_lanes};

    /// Counts of both laws over many rates, and a sum of all words: what differs in one bit anywhere shows.
    #[derive(Clone, Default, PartialEq, Debug)]
    struct Draws {
        counts: Vec<Lanes<i32>>,
        logarithms: Vec<u64>,
    }

    struct Draw<'a>(&'a mut Draws);

    impl Work for Draw<'_> {
        #[inline(always)]
        fn run(self) {
            let keys: [TrialKey; LANES] = std::array::from_fn(|lane| TrialKey::new(7, lane as u64));
            for step in 0..200 {
                let words = Streams::new(&keys, 3, step).uniforms(1, 2, 0);
                let rates: Lanes = words.map(|u| u * f64::from(step) * 0.3);
                let chances: Lanes = words.map(|u| u * u * 0.4);
                self.0.counts.push(poisson_lanes(&rates, &words));
                self.0.counts.push(Chances::new(&chances).counts(&Lanes::of(step as i32), &words));
                let powers = crate::sampling::math::pow_lanes(&words, &rates, 0.5);
                self.0.logarithms.extend(powers.iter().map(|power| power.to_bits()));
            }
        }
    }

    #[test]
    fn results_do_not_depend_on_the_width() {
        let mut plain = Draws::default();
        Draw(&mut plain).run();
        assert!(plain.counts.iter().flatten().any(|&n| n > 20));
        let mut wide = Draws::default();
        widest(Draw(&mut wide));
        assert_eq!(plain, wide);
        // A machine with wider vectors has these too, and would never run them else.
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            let mut wide = Draws::default();
            // SAFETY: the machine has just said that it has the instruction sets.
            unsafe { with_avx2(Draw(&mut wide)) };
            assert_eq!(plain, wide);
        }
    }
}
