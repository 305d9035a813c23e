//! The head of a journal: which inputs its records belong to, in words that a person can read.
//!
//! On disk: the line `jirga journal 1`, a line with the length of what follows in bytes and its checksum (decimal,
//! hexadecimal), and the head as one line of JSON.

use std::hash::Hasher as _;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twox_hash::XxHash3_64;

/// First line: name and version of the format.
const FIRST_LINE: &str = "jirga journal 1\n";
/// Longest head that is read, in bytes.
const LONGEST: u64 = 64 << 20;
/// Differences that are told.
const TOLD: usize = 8;

/// What the records of a journal are the results of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Everything that the records depend on. Work goes on only where it is equal.
    pub inputs: Value,
    /// What else is good to know, e.g. the command line; it may differ.
    pub about: Value,
}

/// XXH3, 64 bits.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = XxHash3_64::with_seed(0);
    hasher.write(bytes);
    hasher.finish()
}

impl Head {
    /// A number that stands for the inputs in every record.
    pub fn identity(&self) -> u64 {
        checksum(self.inputs.to_string().as_bytes())
    }

    /// The head as it stands in the file.
    pub fn bytes(&self) -> Vec<u8> {
        // Values of JSON can always be written.
        let json = format!("{}\n", serde_json::to_string(self).unwrap_or_default());
        format!("{FIRST_LINE}{} {:016x}\n{json}", json.len(), checksum(json.as_bytes())).into_bytes()
    }

    /// Reads a head from the start of a file; where it ends. `None` if it is damaged or none at all.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(from: &mut impl Read) -> io::Result<Option<(Self, u64)>> {
        let mut first = [0; FIRST_LINE.len()];
        if !fill(from, &mut first)? || first != FIRST_LINE.as_bytes() {
            return Ok(None);
        }
        let mut second = Vec::new();
        let mut byte = [0];
        while byte != *b"\n" {
            if second.len() > 40 || !fill(from, &mut byte)? {
                return Ok(None);
            }
            second.push(byte[0]);
        }
        let numbers = std::str::from_utf8(&second).ok().and_then(|line| line.trim_end().split_once(' '));
        let numbers =
            numbers.and_then(|(length, sum)| Some((length.parse().ok()?, u64::from_str_radix(sum, 16).ok()?)));
        let Some((length, sum)) = numbers.filter(|(length, _): &(u64, u64)| *length <= LONGEST) else {
            return Ok(None);
        };
        let mut json = Vec::new();
        from.take(length).read_to_end(&mut json)?;
        if json.len() as u64 != length || checksum(&json) != sum {
            return Ok(None);
        }
        let end = (FIRST_LINE.len() + second.len()) as u64 + length;
        Ok(serde_json::from_slice(&json).ok().map(|head| (head, end)))
    }

    /// What differs between these inputs and others: `seed: 5 there, 7 here`. Empty if they are equal.
    pub fn differences(&self, here: &Self) -> Vec<String> {
        let mut all = Vec::new();
        differ("", &self.inputs, &here.inputs, &mut all);
        let more = all.len().saturating_sub(TOLD);
        all.truncate(TOLD);
        if more > 0 {
            all.push(format!("and {more} more"));
        }
        all
    }
}

/// Fills a buffer; false if the file ends before.
pub(super) fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn differ(path: &str, there: &Value, here: &Value, all: &mut Vec<String>) {
    let below = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
    match (there, here) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                differ(&below(key), a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), all);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(index, (a, b))| differ(&format!("{path}[{index}]"), a, b, all));
        }
        (a, b) if a == b => {}
        (a, b) => all.push(format!("{path}: {} there, {} here", shown(a), shown(b))),
    }
}

/// A value in few words.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let few: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if few.len() < text.len() { format!("{few}…") } else { few }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn head(seed: u64) -> Head {
        Head { inputs: json!({ "seed": seed, "policies": ["a", "b"], "scenario": { "x": 0.1 } }), about: json!("x") }
    }

    #[test]
    fn a_head_reads_back_and_a_flip_of_any_bit_is_noticed() {
        let bytes = head(5).bytes();
        let (read, end) = Head::read(&mut bytes.as_slice()).unwrap().unwrap();
        assert_eq!((read, end), (head(5), bytes.len() as u64));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // The case of a hexadecimal digit is no difference.
            let found = Head::read(&mut flipped.as_slice()).unwrap();
            assert!(found.is_none_or(|(found, _)| found == head(5)), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert!(Head::read(&mut &bytes[..length]).unwrap().is_none(), "{length}");
        }
    }

    #[test]
    fn differences_are_named_by_path() {
        let other =
            Head { inputs: json!({ "seed": 7, "policies": ["a"], "scenario": { "x": 0.2 } }), about: json!("y") };
        assert_eq!(
            head(5).differences(&other),
            ["seed: 5 there, 7 here", "policies: [\"a\",\"b\"] there, [\"a\"] here", "scenario.x: 0.1 there, 0.2 here"]
        );
        assert_eq!(head(5).differences(&Head { about: json!(1), ..head(5) }), Vec::<String>::new());
        assert_ne!(head(5).identity(), head(6).identity());
    }
}
