//! Values given to numbers of the scenario in place of draws, by the numbers' dotted paths.

use std::collections::BTreeMap;

use super::draw::quantiles;
use super::table::Column;
use crate::scenario::uncertain::Distribution;

/// What one number is given, one entry per trial of a block.
#[derive(Debug, Clone, PartialEq)]
pub enum Gift {
    /// Values, in the unit of the number's key. A share of a whole (of targets, of money, of where a group is) keeps the
    /// value given; the shares not given fill the rest in their drawn proportions.
    Values(Column),
    /// Levels in (0, 1): the quantile of the number's own law, as if this uniform number had been drawn. A fixed number
    /// stays what it is.
    Levels(Column),
}

/// Numbers that are given, by path. All others are drawn as ever, from the words they always have: blocks that differ in
/// what is given share all else.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    gifts: BTreeMap<String, Gift>,
}

/// Nothing given: the scenario as it is written.
pub static NOTHING: Given = Given { gifts: BTreeMap::new() };

impl Given {
    /// Gives a number its entries; what it had been given before is replaced.
    pub fn give(&mut self, path: &str, gift: Gift) {
        self.gifts.insert(path.to_string(), gift);
    }

    /// The values that a number with this law takes, if it is given any.
    pub fn column(&self, path: &str, law: &Distribution) -> Option<Column> {
        match self.gifts.get(path)? {
            Gift::Values(values) => Some(*values),
            Gift::Levels(levels) => Some(quantiles(law, **levels).into()),
        }
    }

    /// Whether a number is given values, not levels.
    pub fn has_values(&self, path: &str) -> bool {
        matches!(self.gifts.get(path), Some(Gift::Values(_)))
    }
}
