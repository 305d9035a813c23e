//! Which units of work are one's own, where several machines share a run or a study.

use std::fmt;
use std::str::FromStr;

/// Shard `index` of `of`, counted from 1: the units whose number leaves the rest `index - 1` when divided by `of`. The
/// whole is shard 1 of 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// From 1 to [`Shard::of`].
    pub index: u32,
    /// How many shards there are.
    pub of: u32,
}

/// Most shards of a run.
pub const MOST_SHARDS: u32 = 100_000;

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Whether a unit is one's own.
    pub fn holds(self, unit: u64) -> bool {
        unit % u64::from(self.of.max(1)) == u64::from(self.index.saturating_sub(1))
    }

    /// The shard of `of` that a unit belongs to.
    pub fn owner(unit: u64, of: u32) -> Self {
        // The rest is below `of`, which is 32 bits wide.
        let rest = (unit % u64::from(of.max(1))) as u32;
        Self { index: rest + 1, of: of.max(1) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no shard: write K/N, e.g. 3/8, with K from 1 to N and N up to {MOST_SHARDS}");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(index) || !digits(of) {
            return Err(wrong());
        }
        let (index, of) = (index.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
        if index < 1 || index > of || of > MOST_SHARDS {
            return Err(wrong());
        }
        Ok(Self { index, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_in_one_shard() {
        for of in [1, 2, 3, 7, 8] {
            for unit in 0..50_u64 {
                let holding: Vec<u32> = (1..=of).filter(|&index| Shard { index, of }.holds(unit)).collect();
                assert_eq!(holding, [Shard::owner(unit, of).index], "{unit} of {of}");
            }
        }
    }

    #[test]
    fn shards_are_read_as_they_are_written_and_nothing_else_is() {
        assert_eq!("3/8".parse(), Ok(Shard { index: 3, of: 8 }));
        assert_eq!(Shard { index: 3, of: 8 }.to_string(), "3/8");
        for wrong in ["", "3", "0/8", "9/8", "3/0", "-1/8", "+1/8", "1/200000", "1/99999999999", "a/b", "1/8/2", " 1/8"]
        {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
