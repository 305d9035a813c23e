//! Looks at the description of a Parquet file and at its page headers before the library that reads the format does.
//!
//! The description at the file's end may hold lists that nobody asks for. The library passes them element by element, and
//! flags take no byte there: a few bytes may claim billions, and a list of such lists would be passed for years. No
//! description that this program writes has lists of flags, so they are refused.
//!
//! A page says how large it is once unpacked, and the reader sets that much memory aside before it looks further. A file
//! of a few bytes may say two gigabytes. So the sizes are read first, and a file with a page larger than this program
//! writes is refused, as is one with too few bytes for its values: the reader has been seen to panic at such. Headers are structs of Thrift's compact protocol; only their first fields matter here.

use parquet::basic::Type;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;

/// Largest unpacked page that is read, in bytes; this program's own have about a million.
pub const LARGEST_PAGE: u64 = 64 << 20;

/// The encoding of streams of split bytes, by its number in the format.
const SPLIT_BYTES: i64 = 9;

/// Bytes at the end of the file: the length of its description, and four letters.
const TAIL: u64 = 8;

/// A struct, by its number in Thrift's compact protocol.
const STRUCT: u8 = 12;

/// Most bytes of a page's header.
const LARGEST_HEADER: u64 = 4096;

/// Deepest nesting within a header.
const DEEPEST: u32 = 8;

/// Checks the file's description of itself.
///
/// # Errors
/// In words: there is none, or it holds what no file of this program does.
pub fn check_description<R: ChunkReader>(file: &R) -> Result<(), String> {
    let no_end = "its end is not that of a Parquet file";
    let end = file.len().checked_sub(TAIL).ok_or(no_end)?;
    let tail = file.get_bytes(end, TAIL as usize).map_err(|error| error.to_string())?;
    let Some((length, b"PAR1")) = tail.split_first_chunk::<4>() else { return Err(no_end.to_string()) };
    let length = u64::from(u32::from_le_bytes(*length));
    let start = end.checked_sub(length).ok_or(no_end)?;
    let bytes = file.get_bytes(start, length as usize).map_err(|error| error.to_string())?;
    Cursor { bytes: &bytes, at: 0 }.skip(STRUCT, 0).ok_or_else(|| "its description cannot be read".to_string())
}

/// Checks every page of every column.
///
/// # Errors
/// In words: a header that cannot be read, or a page that is too large.
pub fn check<R: ChunkReader>(file: &R, metadata: &ParquetMetaData) -> Result<(), String> {
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let first = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let first = u64::try_from(first).map_err(|_| "a column begins before the file")?;
        let length = u64::try_from(column.compressed_size()).map_err(|_| "a column has a negative size")?;
        let end = first.checked_add(length).filter(|end| *end <= file.len()).ok_or("a column ends after the file")?;
        let mut at = first;
        while at < end {
            let bytes =
                file.get_bytes(at, (end - at).min(LARGEST_HEADER) as usize).map_err(|error| error.to_string())?;
            let header = Header::read(&bytes).ok_or("a page's header cannot be read")?;
            let width = if column.column_type() == Type::FLOAT { 4 } else { 8 };
            if header.encoding == Some(SPLIT_BYTES) && header.unpacked / width < header.values.unwrap_or(u64::MAX) {
                return Err("a page holds fewer values than it says".to_string());
            }
            if header.unpacked > LARGEST_PAGE {
                return Err(format!("a page of {} bytes, at most {LARGEST_PAGE} are read", header.unpacked));
            }
            at = at.saturating_add(header.length).saturating_add(header.packed);
        }
    }
    Ok(())
}

struct Header {
    length: u64,
    unpacked: u64,
    packed: u64,
    values: Option<u64>,
    encoding: Option<i64>,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { bytes, at: 0 };
        let (mut unpacked, mut packed, mut within) = (None, None, [None; 2]);
        let mut last = 0;
        while let Some((id, kind)) = cursor.field(last)? {
            last = id;
            match (id, kind) {
                (2, 5) => unpacked = Some(u64::try_from(cursor.number()?).ok()?),
                (3, 5) => packed = Some(u64::try_from(cursor.number()?).ok()?),
                // What the page holds: data in its first form, a dictionary, data in its second form.
                (5 | 7, 12) => within = cursor.numbers_within([1, 2])?,
                (8, 12) => within = cursor.numbers_within([1, 4])?,
                _ => cursor.skip(kind, 0)?,
            }
        }
        let [values, encoding] = within;
        let values = values.map(u64::try_from).transpose().ok()?;
        Some(Self { length: cursor.at as u64, unpacked: unpacked?, packed: packed?, values, encoding })
    }
}

struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// An unsigned number of seven bits a byte.
    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// A signed number, its sign in the lowest bit.
    fn number(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Number and type of the next field; `None` within at the struct's end.
    #[expect(clippy::option_option, reason = "outside: the bytes end; inside: the struct ends")]
    fn field(&mut self, last: i64) -> Option<Option<(i64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        let id = if byte >> 4 == 0 { self.number()? } else { last.checked_add(i64::from(byte >> 4))? };
        Some(Some((id, byte & 0x0f)))
    }

    /// Two number fields of a struct, which is passed whole; `None` within for what it has not.
    fn numbers_within(&mut self, wanted: [i64; 2]) -> Option<[Option<i64>; 2]> {
        let (mut found, mut last) = ([None; 2], 0);
        while let Some((id, kind)) = self.field(last)? {
            last = id;
            match wanted.iter().position(|one| *one == id).filter(|_| kind == 5) {
                Some(place) => found[place] = Some(self.number()?),
                None => self.skip(kind, 1)?,
            }
        }
        Some(found)
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 => {}
            3 => _ = self.byte()?,
            4..=6 => _ = self.unsigned()?,
            7 => self.pass(8)?,
            8 => {
                let length = self.unsigned()?;
                self.pass(length)?;
            }
            9 | 10 => {
                let byte = self.byte()?;
                let count = if byte >> 4 == 15 { self.unsigned()? } else { u64::from(byte >> 4) };
                if matches!(byte & 0x0f, 1 | 2) {
                    return None;
                }
                // Every element takes a byte or more, so that no count runs beyond the bytes there are.
                for _ in 0..count {
                    self.skip(byte & 0x0f, depth + 1)?;
                }
            }
            STRUCT => {
                let mut last = 0;
                while let Some((id, kind)) = self.field(last)? {
                    last = id;
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(count).ok()?).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_found_behind_other_fields_and_nonsense_is_refused() {
        // Type 0, unpacked 300, packed 7, then data of 1 value in encoding 9 with a list of two texts.
        let bytes = [0x15, 0, 0x15, 0xd8, 0x04, 0x15, 0x0e, 0x2c, 0x15, 2, 0x15, 18, 0x19, 0x28, 1, b'a', 0, 0, 0, 99];
        let header = Header::read(&bytes).expect("a header");
        assert_eq!((header.unpacked, header.packed, header.length, header.encoding), (300, 7, 19, Some(9)));
        assert_eq!(header.values, Some(1));
        assert!(Header::read(&bytes[..14]).is_none(), "it ends too early");
        assert!(Header::read(&[0x15, 0, 0x15, 1, 0x15, 2, 0]).is_none(), "a negative size");
        assert!(Header::read(&[0x1c; 64]).is_none(), "nested for ever");
    }

    #[test]
    fn a_description_with_a_list_of_flags_is_refused_before_anyone_counts_them() {
        let file = |description: &[u8]| {
            let length = u32::try_from(description.len()).unwrap().to_le_bytes();
            bytes::Bytes::from([b"PAR1", description, &length, b"PAR1"].concat())
        };
        // One number, version 2; then a list as field 15: of numbers, of billions of flags, of billions of numbers.
        assert_eq!(check_description(&file(&[0x15, 4, 0])), Ok(()));
        assert_eq!(check_description(&file(&[0x15, 4, 0xe9, 0x25, 2, 4, 0])), Ok(()));
        assert!(check_description(&file(&[0x15, 4, 0xe9, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0])).is_err());
        assert!(check_description(&file(&[0x15, 4, 0xe9, 0xf5, 0xff, 0xff, 0xff, 0xff, 7, 0])).is_err());
        assert!(check_description(&file(&[0x15, 4])).is_err(), "it ends too early");
        assert!(
            check_description(&bytes::Bytes::from_static(b"\xff\xff\xff\xffPAR1")).is_err(),
            "longer than the file"
        );
        assert!(check_description(&bytes::Bytes::from_static(b"PAR1")).is_err());
    }
}
