//! What a run or study depends on, for the head of its journal, and its files, for shards that are merged elsewhere.

use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use super::Failure;
use crate::journal::Shard;
use crate::journal::head::Head;
use crate::report::ReportError;
use crate::scenario::Loaded;

/// Folder of a shard that holds the files it was run from.
pub const INPUTS: &str = "inputs";

/// What results depend on besides the scenario.
pub struct Asked<'a> {
    /// `run`, `sweep` or `sensitivity`.
    pub kind: &'static str,
    /// Seed of all random words.
    pub seed: u64,
    /// Trials (or rows); `None` where work goes on with any number.
    pub amount: Option<usize>,
    /// Names of the policies.
    pub policies: &'a [&'a str],
    /// Everything else: the rule that ends a run, the study.
    pub more: Value,
    /// Which part is run.
    pub shard: Option<Shard>,
    /// The files that it is read from, the one on the command line first.
    pub files: Vec<PathBuf>,
}

/// The head of the journal.
pub fn head(asked: &Asked<'_>, loaded: &Loaded) -> Head {
    let names: Vec<String> = relative(&asked.files).1;
    Head {
        inputs: json!({
            "kind": asked.kind,
            "program": format!("jirga {}", env!("CARGO_PKG_VERSION")),
            "code": env!("JIRGA_CODE"),
            "platform": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            "seed": asked.seed,
            "amount": asked.amount,
            "policies": asked.policies,
            "asked": asked.more,
            "shard": asked.shard.map(|shard| shard.to_string()),
            "scenario": serde_json::from_str::<Value>(&loaded.canonical).unwrap_or_default(),
        }),
        about: json!({ "arguments": arguments(), "files": names }),
    }
}

/// The head without the shard, by which shards of one run are known.
pub fn without_shard(head: &Head) -> Head {
    let mut head = head.clone();
    if let Some(shard) = head.inputs.get_mut("shard") {
        *shard = Value::Null;
    }
    head
}

/// The files that a scenario was read from, its observed series among them.
pub fn files_of(first: &Path, loaded: &Loaded, scenario: &Path, observed: bool) -> Vec<PathBuf> {
    let mut files = vec![first.to_path_buf()];
    files.extend(loaded.sources.texts.iter().map(|text| PathBuf::from(&text.name)).filter(|path| path.is_file()));
    let folder = scenario.parent().unwrap_or(Path::new("."));
    if observed {
        files.extend(loaded.scenario.observed.iter().map(|series| folder.join(&series.file)));
    }
    files
}

/// The command line without what changes no result: where it goes, how loud it is, on how many threads, which part.
pub fn arguments() -> Vec<String> {
    plain(std::env::args().skip(1))
}

/// The arguments that a head holds.
pub fn typed(head: &Head) -> Vec<String> {
    let all = head.about["arguments"].as_array().into_iter().flatten();
    all.filter_map(|one| one.as_str().map(String::from)).collect()
}

/// Arguments without those.
pub fn plain(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut all = all;
    while let Some(argument) = all.next() {
        match argument.as_str() {
            "--resume" | "--force" | "--quiet" | "-q" | "--no-plots" => {}
            "--out" | "--threads" | "--shard" => drop(all.next()),
            other if ["--out=", "--threads=", "--shard="].iter().any(|flag| other.starts_with(flag)) => {}
            _ => kept.push(argument),
        }
    }
    kept
}

/// A command line of arguments, each in quotes where a shell would split it.
pub fn command(arguments: &[String]) -> String {
    let words = std::iter::once("jirga".to_string()).chain(arguments.iter().map(|argument| quoted(argument)));
    words.collect::<Vec<_>>().join(" ")
}

/// An argument as a POSIX shell reads it back.
pub fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%^".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_string();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

/// The folder that all of these files lie in or below, and their paths from there, with `/`; each as often as given.
fn relative(files: &[PathBuf]) -> (PathBuf, Vec<String>) {
    let whole: Vec<PathBuf> = files.iter().map(|path| normal(path)).collect();
    let mut common = whole.first().and_then(|path| path.parent()).map(Path::to_path_buf).unwrap_or_default();
    while !whole.iter().all(|path| path.starts_with(&common)) {
        if !common.pop() {
            break;
        }
    }
    let below = |path: &PathBuf| {
        let below = path.strip_prefix(&common).unwrap_or(path);
        let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        parts.collect::<Vec<_>>().join("/")
    };
    let names = whole.iter().map(below).collect();
    (common, names)
}

/// An absolute path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}

/// Copies the files that a shard was run from into its folder, laid out as they were.
///
/// # Errors
/// A file that cannot be read, or written there.
pub fn copy_files(files: &[PathBuf], folder: &Path) -> Result<(), Failure> {
    let (_, names) = relative(files);
    for (file, name) in files.iter().zip(names) {
        let to = folder.join(INPUTS).join(name);
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent).map_err(ReportError::write(parent))?;
        }
        let bytes = std::fs::read(file).map_err(ReportError::read(file))?;
        std::fs::write(&to, bytes).map_err(ReportError::write(&to))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_no_result_is_left_out_of_the_command() {
        let typed = "run a.toml --out r --threads=2 --policy x y --shard 3/8 --resume -q --seed 7 --no-plots";
        let kept = plain(typed.split(' ').map(String::from));
        assert_eq!(kept, ["run", "a.toml", "--policy", "x", "y", "--seed", "7"]);
        let odd = ["run", "it's.toml", "--set", "a={ uniform = [1, 2] }"].map(String::from);
        assert_eq!(command(&odd), r"jirga run 'it'\''s.toml' --set 'a={ uniform = [1, 2] }'");
    }

    #[test]
    fn files_keep_their_places_among_each_other() {
        let files = ["/a/studies/x.toml", "/a/studies/../b.toml", "/a/series/c.csv"].map(PathBuf::from);
        assert_eq!(relative(&files).0, PathBuf::from("/a"));
        assert_eq!(relative(&files).1, ["studies/x.toml", "b.toml", "series/c.csv"]);
        let one = [PathBuf::from("/a/x.toml"), PathBuf::from("/a/x.toml")];
        assert_eq!(relative(&one).1, ["x.toml", "x.toml"]);
    }
}
