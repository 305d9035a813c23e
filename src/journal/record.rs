//! Records: a unit of work under a key, found again in whatever a crash left.
//!
//! On disk, little-endian: [`MAGIC`], the identity of the inputs, key (table, part, unit), length of the content, checksum of
//! the content, checksum of all of this; then the content. The checksum of the head of a record covers that of its content,
//! so a record is whole or nothing. Where a head is damaged, the next one is looked for by its magic bytes.

use std::fmt;
use std::hash::Hasher as _;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use twox_hash::XxHash3_64;

use super::head::{checksum, fill};

/// Beginning of a record: bytes that text does not hold.
pub const MAGIC: [u8; 8] = *b"\xf7jrec\xa9\x01\n";
/// Length of a record's head in bytes.
pub const HEAD: usize = 56;
/// Longest content, in bytes.
pub const LONGEST: u64 = 1 << 30;

/// Where a unit of work belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Which kind of work, e.g. the history.
    pub table: u32,
    /// Part of the unit, e.g. the policy.
    pub part: u32,
    /// Number of the unit, by which shards are made.
    pub unit: u64,
}

/// Where the content of a record lies, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From the start of the file.
    pub offset: u64,
    /// Its length.
    pub length: u64,
    /// Checksum of the content.
    pub checksum: u64,
}

/// A stretch of a journal that is not a sound record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How many records come before it, the damaged ones among them.
    pub record: usize,
    /// First byte.
    pub offset: u64,
    /// The unit that is lost, where it can be told.
    pub key: Option<Key>,
    /// What is wrong.
    pub what: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} at byte {}: {}", self.record, self.offset, self.what)
    }
}

/// What a scan of records found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// Sound records in the order of the file.
    pub records: Vec<(Key, Place)>,
    /// All else.
    pub faults: Vec<Fault>,
    /// Where the last sound record ends.
    pub end: u64,
    /// Bytes of the file.
    pub length: u64,
}

/// The head of a record as it is written, before a content of this length and checksum.
pub fn head_bytes(identity: u64, key: Key, length: u64, sum: u64) -> [u8; HEAD] {
    let part_and_table = u64::from(key.part) << 32 | u64::from(key.table);
    let mut head = [0; HEAD];
    let words = [u64::from_le_bytes(MAGIC), identity, part_and_table, key.unit, length, sum];
    for (place, word) in head.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    let own = checksum(&head[..HEAD - 8]);
    head[HEAD - 8..].copy_from_slice(&own.to_le_bytes());
    head
}

/// The head of a record: identity, key, length and checksum of the content; `None` if it is none.
fn head(bytes: &[u8; HEAD]) -> Option<(u64, Key, u64, u64)> {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    let sound = bytes[..8] == MAGIC && checksum(&bytes[..HEAD - 8]) == word(HEAD - 8) && word(32) <= LONGEST;
    let (table, part) = (word(16) as u32, (word(16) >> 32) as u32);
    sound.then(|| (word(8), Key { table, part, unit: word(24) }, word(32), word(40)))
}

/// Finds all sound records from `start` on whose inputs are those of `identity`. Memory does not grow with the length of the
/// file, but for one entry per record.
///
/// # Errors
/// What the system says.
pub fn scan<R: Read + Seek>(file: R, start: u64, identity: u64) -> io::Result<Scan> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let length = reader.seek(SeekFrom::End(0))?;
    let mut scan = Scan { end: start.min(length), length, ..Scan::default() };
    let mut at = start.min(length);
    reader.seek(SeekFrom::Start(at))?;
    while at < length {
        let record = scan.records.len() + scan.faults.len();
        let mut fault = |key, what| scan.faults.push(Fault { record, offset: at, key, what });
        let mut bytes = [0; HEAD];
        let whole = length - at >= HEAD as u64 && fill(&mut reader, &mut bytes)?;
        let Some((owner, key, size, sum)) = head(&bytes).filter(|_| whole) else {
            // A crash leaves at most one record torn, at the end.
            let next = magic_after(&mut reader, at + 1)?;
            fault(None, if next.is_some() { "its head is damaged" } else { "it was not written to its end" });
            at = next.unwrap_or(length);
            reader.seek(SeekFrom::Start(at))?;
            continue;
        };
        if length - at - HEAD as u64 >= size {
            if checksum_of(&mut reader, size)? != sum {
                fault(Some(key), "its content does not match its checksum");
            } else if owner != identity {
                fault(Some(key), "it is of other inputs");
            } else {
                let place = Place { offset: at + HEAD as u64, length: size, checksum: sum };
                scan.records.push((key, place));
                scan.end = at + HEAD as u64 + size;
            }
            at += HEAD as u64 + size;
        } else {
            fault(Some(key), "it was not written to its end");
            at = magic_after(&mut reader, at + 1)?.unwrap_or(length);
            reader.seek(SeekFrom::Start(at))?;
        }
    }
    Ok(scan)
}

/// Checksum of the next bytes.
fn checksum_of(reader: &mut impl Read, length: u64) -> io::Result<u64> {
    let mut hasher = XxHash3_64::with_seed(0);
    let mut piece = [0; 1 << 14];
    let mut left = length;
    while left > 0 {
        let size = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        reader.read_exact(&mut piece[..size])?;
        hasher.write(&piece[..size]);
        left -= size as u64;
    }
    Ok(hasher.finish())
}

/// Where the magic bytes come next, from a byte on.
fn magic_after<R: Read + Seek>(reader: &mut BufReader<R>, from: u64) -> io::Result<Option<u64>> {
    reader.seek(SeekFrom::Start(from))?;
    let mut window = [0; MAGIC.len()];
    let mut read = 0_u64;
    for byte in reader.bytes() {
        window.rotate_left(1);
        window[MAGIC.len() - 1] = byte?;
        read += 1;
        if window == MAGIC {
            return Ok(Some(from + read - MAGIC.len() as u64));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const IDENTITY: u64 = 77;

    fn key(unit: u64) -> Key {
        Key { table: 1, part: 2, unit }
    }

    /// A record as it is written.
    fn bytes(identity: u64, key: Key, content: &[u8]) -> Vec<u8> {
        [&head_bytes(identity, key, content.len() as u64, checksum(content)), content].concat()
    }

    fn three() -> Vec<u8> {
        (0..3).flat_map(|unit| bytes(IDENTITY, key(unit), &vec![unit as u8; 20 + unit as usize])).collect()
    }

    fn units(scan: &Scan) -> Vec<u64> {
        scan.records.iter().map(|(key, _)| key.unit).collect()
    }

    #[test]
    fn records_are_found_again() {
        let file = three();
        let found = scan(Cursor::new(&file), 0, IDENTITY).unwrap();
        assert_eq!((units(&found), found.faults.len(), found.end), (vec![0, 1, 2], 0, file.len() as u64));
        let (found_key, place) = found.records[1];
        let content = &file[place.offset as usize..(place.offset + place.length) as usize];
        assert_eq!((found_key, content), (key(1), &[1_u8; 21][..]));
        let other = scan(Cursor::new(&file), 0, 78).unwrap();
        assert_eq!((units(&other), other.faults.len()), (vec![], 3));
    }

    #[test]
    fn a_flip_of_any_bit_costs_one_record_and_is_told() {
        let file = three();
        let sizes = [HEAD + 20, HEAD + 21, HEAD + 22];
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let found = scan(Cursor::new(&flipped), 0, IDENTITY).unwrap();
            let lost = (0..3).find(|&i| bit / 8 < sizes[..=i].iter().sum()).unwrap() as u64;
            let left: Vec<u64> = (0..3).filter(|unit| *unit != lost).collect();
            assert_eq!((units(&found), found.faults.len()), (left, 1), "bit {bit}: {:?}", found.faults);
            assert_eq!(found.faults[0].record as u64, lost);
        }
    }

    #[test]
    fn a_file_cut_anywhere_keeps_what_was_whole_and_says_that_the_rest_is_torn() {
        let file = three();
        let ends = [0, HEAD + 20, 2 * HEAD + 41, 3 * HEAD + 63];
        for length in 0..file.len() {
            let found = scan(Cursor::new(&file[..length]), 0, IDENTITY).unwrap();
            let whole = ends.iter().filter(|end| **end <= length).count() - 1;
            assert_eq!(found.records.len(), whole, "{length}");
            assert_eq!(found.faults.len(), usize::from(!ends.contains(&length)), "{length}");
            assert_eq!(found.end, ends[whole] as u64);
        }
    }

    #[test]
    fn a_length_that_leads_beyond_the_file_is_no_record() {
        let mut file = bytes(IDENTITY, key(0), &[1; 8]);
        file[32..40].copy_from_slice(&(1_u64 << 29).to_le_bytes());
        let own = checksum(&file[..HEAD - 8]);
        file[HEAD - 8..HEAD].copy_from_slice(&own.to_le_bytes());
        file.extend(bytes(IDENTITY, key(1), b"sound"));
        let found = scan(Cursor::new(&file), 0, IDENTITY).unwrap();
        assert_eq!((units(&found), found.faults[0].what), (vec![1], "it was not written to its end"));
    }
}
