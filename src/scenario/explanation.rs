//! An explanation of one topic, and how it reads.

use std::fmt;

/// An explanation of one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The topic by its full name, e.g. `groups.GROUP.strength`.
    pub topic: String,
    /// What it is.
    pub meaning: String,
    /// Unit, range, default and the like, by name.
    pub facts: Vec<(&'static str, String)>,
    /// Equations, one a line; empty where it has none.
    pub equations: String,
    /// What is below it: names and meanings.
    pub below: Vec<(String, String)>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n  {}", self.topic, self.meaning)?;
        for (name, fact) in &self.facts {
            writeln!(formatter, "  {name}: {fact}")?;
        }
        if !self.equations.is_empty() {
            writeln!(formatter, "\n  equations:")?;
            for line in self.equations.lines() {
                writeln!(formatter, "    {line}")?;
            }
        }
        if !self.below.is_empty() {
            writeln!(formatter)?;
            let width = self.below.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            for (name, meaning) in &self.below {
                writeln!(formatter, "  {}", format!("{name:width$}  {meaning}").trim_end())?;
            }
        }
        Ok(())
    }
}
