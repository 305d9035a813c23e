//! The file: made, opened again after whatever happened to it, appended to from many threads.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::error::{JournalError, again};
use super::head::{Head, checksum};
use super::record::{self, Fault, Key, Place, Scan};

/// Finished units of work on disk: one file that grows, or several that are only read.
///
/// A unit that was appended survives the end of the process; [`Journal::sync_soon`] makes it survive a power cut too.
pub struct Journal {
    files: Vec<(PathBuf, Mutex<File>)>,
    index: Mutex<Index>,
    writer: Option<Writer>,
}

/// Where units lie: number of the file, place in it.
type Index = BTreeMap<Key, (usize, Place)>;

/// Who appends.
struct Writer {
    identity: u64,
    /// The file and where it ends, or why a write failed: then nothing more is written.
    file: Mutex<Result<(File, u64), io::Error>>,
    requests: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

/// A journal as it was found.
pub struct Found {
    /// Its head.
    pub head: Head,
    /// Its sound records and all else.
    pub scan: Scan,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What the mutexes here hold is whole after every step, whatever a thread that held one died of.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a journal's head and finds its records; `None` where the head is damaged.
///
/// # Errors
/// The file cannot be read.
pub fn find(path: &Path) -> Result<Option<Found>, JournalError> {
    // A pipe would be waited for, a device read for ever.
    if !fs::metadata(path).map_err(JournalError::read(path))?.is_file() {
        return Err(JournalError::read(path)(io::Error::other("it is not a regular file")));
    }
    let mut file = File::open(path).map_err(JournalError::read(path))?;
    let head = Head::read(&mut file).map_err(JournalError::read(path))?;
    let Some((head, start)) = head else { return Ok(None) };
    let scan = record::scan(file, start, head.identity()).map_err(JournalError::read(path))?;
    Ok(Some(Found { head, scan }))
}

impl Journal {
    /// Begins a journal.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn create(path: &Path, head: &Head) -> Result<Self, JournalError> {
        let bytes = head.bytes();
        let write = || -> io::Result<()> {
            let mut file = File::create(path)?;
            file.write_all(&bytes)?;
            file.sync_all()
        };
        write().map_err(JournalError::write(path))?;
        Self::appending(path, head.identity(), bytes.len() as u64, BTreeMap::new())
    }

    /// Opens a journal to go on with it. What is damaged is told and cut out of the file; a head that is damaged is written
    /// anew, for every record says itself which inputs it is of.
    ///
    /// # Errors
    /// [`JournalError::Other`] if its head says that it is of other inputs; otherwise what the system says.
    pub fn open(path: &Path, head: &Head) -> Result<(Self, Vec<Fault>), JournalError> {
        let (mut scan, sound) = match find(path)? {
            Some(found) => {
                let differences = found.head.differences(head);
                if !differences.is_empty() {
                    return Err(JournalError::Other { path: path.to_path_buf(), differences });
                }
                (found.scan, true)
            }
            None => {
                let file = File::open(path).map_err(JournalError::read(path))?;
                let scan = record::scan(file, 0, head.identity()).map_err(JournalError::read(path))?;
                (scan, false)
            }
        };
        if !sound {
            // The scan took the damaged head of the file for a record, or it found nothing at all.
            let what = "the head of the file is damaged";
            match scan.faults.first_mut() {
                Some(first) => *first = Fault { record: 0, offset: 0, key: None, what },
                None => scan.faults.push(Fault { record: 0, offset: 0, key: None, what }),
            }
        }
        let torn = sound && scan.faults.iter().all(|fault| fault.offset >= scan.end);
        if torn {
            if scan.length > scan.end {
                let file = File::options().write(true).open(path).map_err(JournalError::write(path))?;
                file.set_len(scan.end).and_then(|()| file.sync_all()).map_err(JournalError::write(path))?;
            }
            let index = scan.records.iter().map(|(key, place)| (*key, (0, *place))).collect();
            return Ok((Self::appending(path, head.identity(), scan.end, index)?, scan.faults));
        }
        let (end, index) = rewrite(path, head, &scan).map_err(JournalError::write(path))?;
        Ok((Self::appending(path, head.identity(), end, index)?, scan.faults))
    }

    /// Several journals together, to be read only; of a unit that is in several, the first is taken.
    ///
    /// # Errors
    /// A file cannot be opened.
    pub fn union(found: &[(PathBuf, &Scan)]) -> Result<Self, JournalError> {
        let mut files = Vec::new();
        let mut index = BTreeMap::new();
        for (number, (path, scan)) in found.iter().enumerate() {
            files.push((path.clone(), Mutex::new(File::open(path).map_err(JournalError::read(path))?)));
            for (key, place) in &scan.records {
                index.entry(*key).or_insert((number, *place));
            }
        }
        Ok(Self { files, index: Mutex::new(index), writer: None })
    }

    fn appending(path: &Path, identity: u64, end: u64, index: Index) -> Result<Self, JournalError> {
        let file = File::options().append(true).open(path).map_err(JournalError::write(path))?;
        let synced = file.try_clone().map_err(JournalError::write(path))?;
        let reading = File::open(path).map_err(JournalError::read(path))?;
        let failed = Arc::new(Mutex::new(None));
        let told = Arc::clone(&failed);
        // One request may wait while another is at work: it then covers all that was appended meanwhile.
        let (requests, taken) = sync_channel::<()>(1);
        let thread = std::thread::spawn(move || {
            while taken.recv().is_ok() {
                if let Err(error) = synced.sync_data() {
                    *lock(&told) = Some(error);
                }
            }
        });
        let file = Mutex::new(Ok((file, end)));
        let writer = Writer { identity, file, requests: Some(requests), thread: Some(thread), failed };
        let files = vec![(path.to_path_buf(), Mutex::new(reading))];
        Ok(Self { files, index: Mutex::new(index), writer: Some(writer) })
    }

    /// Whether a unit is there.
    pub fn has(&self, key: Key) -> bool {
        lock(&self.index).contains_key(&key)
    }

    /// How many units are there.
    pub fn len(&self) -> usize {
        lock(&self.index).len()
    }

    /// True without units.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The content of a unit; `None` if it is not there, or no longer sound.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&self, key: Key) -> Result<Option<Vec<u8>>, JournalError> {
        let Some((number, place)) = lock(&self.index).get(&key).copied() else { return Ok(None) };
        let (path, file) = &self.files[number];
        let mut file = lock(file);
        let mut content = Vec::new();
        let read = file.seek(SeekFrom::Start(place.offset)).and_then(|_| {
            content.reserve_exact(usize::try_from(place.length).unwrap_or(0));
            (&mut *file).take(place.length).read_to_end(&mut content)
        });
        read.map_err(JournalError::read(path))?;
        Ok((checksum(&content) == place.checksum && content.len() as u64 == place.length).then_some(content))
    }

    /// Appends a unit.
    ///
    /// # Errors
    /// What the system says, now or of an earlier write; nothing is appended after that.
    /// [`JournalError::Missing`] for journals that are only read.
    pub fn append(&self, key: Key, content: &[u8]) -> Result<(), JournalError> {
        let path = self.path();
        let Some(writer) = &self.writer else {
            let what = format!("unit {} (table {}, part {})", key.unit, key.table, key.part);
            return Err(JournalError::Missing { path: path.to_path_buf(), what });
        };
        let (length, checksum) = (content.len() as u64, checksum(content));
        let head = record::head_bytes(writer.identity, key, length, checksum);
        let mut guard = lock(&writer.file);
        if let Some(error) = lock(&writer.failed).take() {
            *guard = Err(error);
        }
        let (file, end) = guard.as_mut().map_err(|error| JournalError::write(path)(again(error)))?;
        if let Err(error) = file.write_all(&head).and_then(|()| file.write_all(content)) {
            // What was written of the record is taken back; should that fail too, it is found torn.
            let _ = file.set_len(*end);
            let told = JournalError::write(path)(again(&error));
            *guard = Err(error);
            return Err(told);
        }
        let offset = *end + record::HEAD as u64;
        *end = offset + length;
        drop(guard);
        let place = Place { offset, length, checksum };
        lock(&self.index).insert(key, (0, place));
        Ok(())
    }

    /// Asks for all that was appended to be put on the disk, and does not wait for it.
    pub fn sync_soon(&self) {
        if let Some(requests) = self.writer.as_ref().and_then(|writer| writer.requests.as_ref()) {
            // A full channel holds a request that covers this one; a closed one means that the thread is gone.
            let _ = requests.try_send(());
        }
    }

    /// Puts all that was appended on the disk.
    ///
    /// # Errors
    /// What the system says, now or of an earlier write.
    pub fn sync(&self) -> Result<(), JournalError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let failed = JournalError::write(self.path());
        let mut guard = lock(&writer.file);
        if let Some(error) = lock(&writer.failed).take() {
            *guard = Err(error);
        }
        match guard.as_ref() {
            Ok((file, _)) => file.sync_all().map_err(failed),
            Err(error) => Err(failed(again(error))),
        }
    }

    /// The file; the first of several.
    pub fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), |(path, _)| path)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Some(writer) = &mut self.writer {
            writer.requests = None;
            if let Some(thread) = writer.thread.take() {
                // The thread holds nothing that could be lost.
                let _ = thread.join();
            }
        }
    }
}

/// Writes the head and the sound records beside the file and puts that in its place.
fn rewrite(path: &Path, head: &Head, scan: &Scan) -> io::Result<(u64, Index)> {
    let beside = path.with_extension("mended");
    let mut from = File::open(path)?;
    let mut to = io::BufWriter::new(File::create(&beside)?);
    let bytes = head.bytes();
    to.write_all(&bytes)?;
    let mut end = bytes.len() as u64;
    let mut index = BTreeMap::new();
    for (key, place) in &scan.records {
        let size = record::HEAD as u64 + place.length;
        from.seek(SeekFrom::Start(place.offset - record::HEAD as u64))?;
        if io::copy(&mut (&mut from).take(size), &mut to)? != size {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        index.insert(*key, (0, Place { offset: end + record::HEAD as u64, ..*place }));
        end += size;
    }
    to.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&beside, path)?;
    Ok((end, index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn head(seed: u64) -> Head {
        Head { inputs: json!({ "seed": seed }), about: json!(null) }
    }

    fn key(unit: u64) -> Key {
        Key { table: 0, part: 0, unit }
    }

    /// A journal with ten units of 100 bytes, and its bytes.
    fn ten(folder: &Path) -> (PathBuf, Vec<u8>) {
        let path = folder.join("blocks.journal");
        let journal = Journal::create(&path, &head(5)).unwrap();
        (0..10).for_each(|unit| journal.append(key(unit), &[unit as u8; 100]).unwrap());
        journal.sync_soon();
        drop(journal);
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    }

    #[test]
    fn what_was_appended_is_there_after_opening_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, before) = ten(folder.path());
        let (journal, faults) = Journal::open(&path, &head(5)).unwrap();
        assert_eq!((journal.len(), faults), (10, vec![]));
        assert_eq!(journal.read(key(7)).unwrap().unwrap(), [7; 100]);
        assert_eq!(journal.read(key(70)).unwrap(), None);
        journal.append(key(10), b"more").unwrap();
        assert_eq!(journal.read(key(10)).unwrap().unwrap(), b"more");
        drop(journal);
        assert_eq!(fs::read(&path).unwrap()[..before.len()], before);
    }

    #[test]
    fn other_inputs_are_refused_with_what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = ten(folder.path());
        let error = Journal::open(&path, &head(6)).err().unwrap().to_string();
        assert!(error.ends_with("belongs to other inputs: seed: 5 there, 6 here"), "{error}");
    }

    #[test]
    fn damage_anywhere_is_cut_out_once_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = ten(folder.path());
        for at in (0..bytes.len()).step_by(13) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let (journal, faults) = Journal::open(&path, &head(5)).unwrap();
            assert_eq!(faults.len(), 1, "byte {at}: {faults:?}");
            let in_head = faults[0].what.contains("head of the file");
            assert_eq!(journal.len(), if in_head { 10 } else { 9 }, "byte {at}");
            for unit in 0..10 {
                let content = journal.read(key(unit)).unwrap();
                assert!(content.is_none_or(|content| content == [unit as u8; 100]), "byte {at}");
                if !journal.has(key(unit)) {
                    journal.append(key(unit), &[unit as u8; 100]).unwrap();
                }
            }
            drop(journal);
            let (journal, faults) = Journal::open(&path, &head(5)).unwrap();
            assert_eq!((journal.len(), faults), (10, vec![]), "byte {at}");
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_mended() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = ten(folder.path());
        for length in (0..bytes.len()).step_by(7) {
            fs::write(&path, &bytes[..length]).unwrap();
            let (journal, _) = Journal::open(&path, &head(5)).unwrap();
            let whole = journal.len();
            (whole as u64..10).for_each(|unit| journal.append(key(unit), &[unit as u8; 100]).unwrap());
            drop(journal);
            assert_eq!(fs::read(&path).unwrap(), bytes, "{length}");
        }
    }

    #[test]
    fn content_that_changes_after_it_was_found_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes) = ten(folder.path());
        let (journal, _) = Journal::open(&path, &head(5)).unwrap();
        let mut damaged = bytes.clone();
        let last = bytes.len() - 1;
        damaged[last] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(journal.read(key(9)).unwrap(), None);
        assert!(journal.read(key(8)).unwrap().is_some());
    }

    #[test]
    fn several_journals_are_read_as_one_and_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..2).map(|n| folder.path().join(format!("{n}.journal"))).collect();
        for (n, path) in paths.iter().enumerate() {
            Journal::create(path, &head(5)).unwrap().append(key(n as u64), &[n as u8]).unwrap();
        }
        let found: Vec<Found> = paths.iter().map(|path| find(path).unwrap().unwrap()).collect();
        let all: Vec<(PathBuf, &Scan)> = paths.iter().cloned().zip(found.iter().map(|f| &f.scan)).collect();
        let journal = Journal::union(&all).unwrap();
        assert_eq!((journal.len(), journal.read(key(1)).unwrap()), (2, Some(vec![1])));
        assert!(matches!(journal.append(key(5), b""), Err(JournalError::Missing { .. })));
    }
}
