//! The work on one folder of results: begun, gone on with, or made from shards; never silently thrown away.

use std::fs;
use std::path::Path;

use super::output::{OutputArguments, PartArguments, stem};
use super::{Failure, inputs, print, say};
use crate::journal::head::Head;
use crate::journal::{Journal, JournalError, Key, Shard, file};
use crate::report::folder::{Folder, Found, JOURNAL, work_folder};
use crate::report::place_lock::PlaceLock;

/// Shards that belong together.
pub struct Merged {
    /// All their records.
    pub journal: Journal,
    /// Their common head.
    pub head: Head,
}

/// What work is wanted.
pub struct Work<'a> {
    /// The file on the command line.
    pub file: &'a Path,
    /// Hash of the inputs.
    pub fingerprint: &'a str,
    /// The head of the journal.
    pub head: Head,
    /// Every unit of it, of all shards.
    pub units: &'a dyn Fn() -> Vec<Key>,
    /// What a unit is called.
    pub name: &'a dyn Fn(Key) -> String,
    /// Whether results that are complete are gone on with too, as a study that grows.
    pub grows: bool,
}

/// Where blocks come from and results go.
pub struct Session<'m> {
    /// The folder in the making.
    pub folder: Folder,
    /// What stood there.
    pub found: Found,
    own: Option<Journal>,
    lent: Option<&'m Journal>,
    /// Units that were there before.
    pub reused: usize,
    /// Arguments of a command line that gives the same results.
    pub arguments: Vec<String>,
}

impl Session<'_> {
    /// Where blocks are kept.
    pub fn journal(&self) -> Option<&Journal> {
        self.lent.or(self.own.as_ref())
    }

    /// The command line that gives the same results.
    pub fn command(&self) -> String {
        inputs::command(&self.arguments)
    }

    /// Ends the work on results that are complete or, with `go_on`, a smaller whole that can be gone on with.
    ///
    /// # Errors
    /// What the system says.
    pub fn commit(self, go_on: bool) -> Result<(), Failure> {
        drop(self.own);
        Ok(self.folder.commit(go_on)?)
    }

    /// Ends the work on a shard: its journal becomes its result.
    ///
    /// # Errors
    /// What the system says.
    pub fn commit_shard(self) -> Result<(), Failure> {
        if let Some(own) = &self.own {
            own.sync()?;
        }
        drop(self.own);
        let (from, to) = (self.folder.journal(), self.folder.path().join(JOURNAL));
        fs::rename(&from, &to).map_err(crate::report::ReportError::write(&to))?;
        Ok(self.folder.commit(false)?)
    }
}

/// Begins, or goes on with, the work on a folder; `None` if the results are there and complete.
///
/// # Errors
/// Something else stands there; unfinished work that was not asked for; work of other inputs; or what the system says.
pub fn open<'m>(
    output: &OutputArguments,
    part: &PartArguments,
    work: Work<'_>,
    merged: Option<&'m Merged>,
) -> Result<Option<Session<'m>>, Failure> {
    let target = output.target(work.file, work.fingerprint, part.shard);
    if let Some(merged) = merged {
        check_merged(merged, &work)?;
    }
    let folder = Folder::claim(&target)?;
    let found = folder.found(work.fingerprint);
    if found == Found::Other && !output.force {
        return Err(Failure::Mistake(format!(
            "{} holds something else (not a run with these inputs); name another folder with --out, or replace it with \
             --force",
            target.display()
        )));
    }
    let arguments = inputs::arguments();
    let complete = found == Found::Equal { stopped: false };
    if let Some(merged) = merged {
        refuse_to_lose(&folder, output, &work, complete)?;
        folder.begin()?;
        let arguments = inputs::typed(&merged.head);
        let (lent, reused) = (Some(&merged.journal), merged.journal.len());
        return Ok(Some(Session { folder, found, own: None, lent, reused, arguments }));
    }
    if part.resume && complete {
        if part.shard.is_none() && !work.grows {
            folder.discard()?;
            return Ok(None);
        }
        if let Some(shard) = part.shard {
            if is_whole(&target.join(JOURNAL), &work, shard)? {
                folder.discard()?;
                return Ok(None);
            }
            if !folder.journal().exists() {
                folder.reopen()?;
            }
        }
    }
    let journal = folder.journal();
    let own = if journal.exists() && part.resume {
        go_on(&journal, &work)?
    } else {
        refuse_to_lose(&folder, output, &work, complete)?;
        if part.resume && found == Found::Nothing && output.out.is_none() {
            look_beside(&target, &work)?;
        }
        folder.discard()?;
        None
    };
    if own.is_none() && part.resume && !output.quiet && !matches!(found, Found::Equal { .. }) {
        say(&format!("{}: nothing to go on with; it begins", target.display()));
    }
    if own.is_none() && matches!(found, Found::Equal { .. }) && !work.grows {
        say(&format!("{} holds an equal run; it is run again and replaced when done", target.display()));
    }
    folder.begin()?;
    let own = match own {
        Some(own) => own,
        None => Journal::create(&journal, &work.head)?,
    };
    let reused = own.len();
    Ok(Some(Session { folder, found, own: Some(own), lent: None, reused, arguments }))
}

/// Says that results are there and complete.
///
/// # Errors
/// Standard output cannot be written.
pub fn complete(output: &OutputArguments, part: &PartArguments, file: &Path, fingerprint: &str) -> Result<(), Failure> {
    print(&format!("complete already: {}", output.target(file, fingerprint, part.shard).display()))
}

/// Opens unfinished work of the same inputs; what is damaged in it is told.
fn go_on(journal: &Path, work: &Work<'_>) -> Result<Option<Journal>, Failure> {
    let (own, faults) = Journal::open(journal, &work.head).map_err(|error| match error {
        JournalError::Other { differences, .. } => Failure::Mistake(format!(
            "cannot go on with {}: it is of other inputs\n{}\nname another folder with --out, or throw it away with --force",
            journal.display(),
            listed(&differences)
        )),
        other => Failure::from(other),
    })?;
    for fault in &faults {
        let unit = fault.key.map_or(String::new(), |key| format!(": {}", (work.name)(key)));
        say(&format!("{}: {fault}{unit}; what is missing is run again", journal.display()));
    }
    if !own.is_empty() {
        say(&format!("goes on with {} finished blocks in {}", own.len(), journal.display()));
    }
    Ok(Some(own))
}

/// Whether the journal of a shard's folder holds all of it, sound.
fn is_whole(journal: &Path, work: &Work<'_>, shard: Shard) -> Result<bool, Failure> {
    let Ok(found) = file::find(journal) else { return Ok(false) };
    let Some(found) = found else { return Ok(false) };
    let differences = found.head.differences(&work.head);
    if !differences.is_empty() {
        return Err(Failure::Mistake(format!(
            "{} holds a shard of other inputs\n{}\nname another folder with --out",
            journal.display(),
            listed(&differences)
        )));
    }
    let held: std::collections::BTreeSet<Key> = found.scan.records.iter().map(|(key, _)| *key).collect();
    Ok(found.scan.faults.is_empty() && (work.units)().iter().all(|key| !shard.holds(key.unit) || held.contains(key)))
}

/// Unfinished work that is there and was not asked for is told, with what can be done.
fn refuse_to_lose(folder: &Folder, output: &OutputArguments, work: &Work<'_>, complete: bool) -> Result<(), Failure> {
    let (journal, target) = (folder.journal(), folder.target().display());
    // After a crash right behind the last step, complete results stand beside work that they hold.
    if output.force || !journal.exists() || (complete && !work.grows) {
        return Ok(());
    }
    let found = file::find(&journal)?;
    let units = found.as_ref().map_or(0, |found| found.scan.records.len());
    let differences = found.as_ref().map_or(Vec::new(), |found| found.head.differences(&work.head));
    let size = fs::metadata(&journal).map_or(0, |about| about.len());
    let told = match found {
        Some(_) if units == 0 => return Ok(()),
        // It died while it wrote the head.
        None if size <= work.head.bytes().len() as u64 => return Ok(()),
        None => format!("{target} has unfinished work whose head is damaged: --resume looks what is sound in it"),
        Some(_) if differences.is_empty() => {
            format!("{target} has unfinished work of this run, {units} blocks: go on with it by --resume")
        }
        Some(_) => format!(
            "{target} has unfinished work of other inputs, {units} blocks\n{}\nname another folder with --out",
            listed(&differences)
        ),
    };
    Err(Failure::Mistake(format!("{told}, or throw it away by --force")))
}

fn listed(differences: &[String]) -> String {
    differences.iter().map(|one| format!("  {one}")).collect::<Vec<_>>().join("\n")
}

/// There is nothing to go on with at the target, whose name holds a hash of the inputs. If there is unfinished work of the
/// same file under another hash, something changed since.
fn look_beside(target: &Path, work: &Work<'_>) -> Result<(), Failure> {
    let parent = target.parent().unwrap_or(Path::new("."));
    let own = work_folder(target);
    let prefix = format!(".{}-", stem(work.file));
    let mut beside: Vec<_> = fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    beside.sort();
    for folder in beside {
        let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let hash = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".unfinished"));
        // Exactly the hash: `a-b` is another file than `a`.
        let same = hash.is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if !same || folder == own {
            continue;
        }
        // What another process is making is not unfinished.
        let lock = folder.with_file_name(name.replace(".unfinished", ".lock"));
        if lock.exists() && PlaceLock::take(&lock).is_err() {
            continue;
        }
        if let Ok(Some(found)) = file::find(&folder.join(JOURNAL)) {
            return Err(Failure::Mistake(format!(
                "nothing of these inputs to go on with; {} has unfinished work of other inputs, {} blocks\n{}\nwithout \
                 --resume it begins anew",
                folder.display(),
                found.scan.records.len(),
                listed(&found.head.differences(&work.head))
            )));
        }
    }
    Ok(())
}

/// Whether the shards are of these inputs and hold every unit.
fn check_merged(merged: &Merged, work: &Work<'_>) -> Result<(), Failure> {
    let differences = inputs::without_shard(&merged.head).differences(&inputs::without_shard(&work.head));
    if !differences.is_empty() {
        return Err(Failure::Mistake(format!(
            "the shards are not of this program and the files kept with them\n{}",
            listed(&differences)
        )));
    }
    let of = merged.head.inputs["shard"].as_str().and_then(|text| text.parse::<Shard>().ok()).map_or(1, |s| s.of);
    let missing: Vec<Key> = (work.units)().into_iter().filter(|key| !merged.journal.has(*key)).collect();
    let Some(first) = missing.first() else { return Ok(()) };
    let shards: std::collections::BTreeSet<Shard> = missing.iter().map(|key| Shard::owner(key.unit, of)).collect();
    let typed = inputs::typed(&merged.head);
    let commands = shards.iter().map(|s| format!("  {} --shard {s} --resume", inputs::command(&typed)));
    Err(Failure::Mistake(format!(
        "{} blocks are missing or damaged, the first of them {}; run again, into the same folders:\n{}",
        missing.len(),
        (work.name)(*first),
        commands.collect::<Vec<_>>().join("\n")
    )))
}
