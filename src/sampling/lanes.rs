//! The width of a block: how many trials step together, column by column; and packs of the events of a column.

/// Trials in a block. A block of trials steps together; each quantity of an entity is a column with one entry a trial,
/// so that loops over a column compile to vector instructions.
pub const LANES: usize = 32;

/// One quantity of one entity in every trial of a block, shape `[trial in block]`.
pub type Lanes = [f64; LANES];

/// How many decisions of a few trials are worked on together, where most trials of a block have none to make.
pub const PACK: usize = 8;

/// Calls `work` on all events of a column of counts, packed: each event as (trial of the block, its number there from
/// 1), and how many places of the pack are filled. The order is fixed: first events of all trials, second events, ...
///
/// The address of an event's random words is its number as `sub` ([`super::Streams::uniforms_of`]); 0 is left to the count.
#[inline(always)]
pub fn for_packs(counts: &[i32; LANES], mut work: impl FnMut(&[(u8, u32); PACK], usize)) {
    let mut waiting = [(0_u8, 0_u32); LANES + PACK];
    let mut filled = 0;
    let mut number = 0;
    loop {
        number += 1;
        // Written always and kept only if the trial has that many events: no branch to guess.
        let before = filled;
        for lane in 0..LANES {
            waiting[filled] = (lane as u8, number as u32);
            filled += usize::from(counts[lane] >= number);
        }
        let last = filled == before;
        let mut done = 0;
        while done + PACK <= filled || (last && done < filled) {
            let mut pack = [(0, 0); PACK];
            pack.copy_from_slice(&waiting[done..done + PACK]);
            work(&pack, (filled - done).min(PACK));
            done += PACK;
        }
        if last {
            return;
        }
        waiting.copy_within(done..filled, 0);
        filled -= done;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_hold_every_event_once() {
        let columns: [&dyn Fn(usize) -> i32; 5] =
            [&|_| 0, &|lane| (lane == 31).into(), &|_| 1, &|lane| lane as i32 % 4 - 1, &|lane| (lane * lane) as i32];
        for count in columns {
            let counts: [i32; LANES] = std::array::from_fn(count);
            let mut seen = Vec::new();
            for_packs(&counts, |pack, filled| {
                assert!((1..=PACK).contains(&filled));
                seen.extend_from_slice(&pack[..filled]);
            });
            let mut expected: Vec<(u8, u32)> =
                (0..LANES).flat_map(|lane| (1..=counts[lane].max(0) as u32).map(move |n| (lane as u8, n))).collect();
            expected.sort_by_key(|&(lane, number)| (number, lane));
            assert_eq!(seen, expected);
        }
    }
}
