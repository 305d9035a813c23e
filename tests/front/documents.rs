//! The documents: what is generated in them is what the program says, their commands run, their links lead somewhere.

use std::fs;
use std::path::Path;

use jirga::scenario::reference;
use jirga::simulation::catalog;

use super::support::{files, jirga, root, same_as_file, sources};

/// Trials of a run that a document shows.
const TRIALS: &str = "32";

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text that stands between `<!-- generated: what -->` and `<!-- end -->`.
fn generated(what: &str) -> String {
    let catalog = catalog();
    if let Some(name) = what.strip_prefix("mechanism ") {
        let spec = catalog.mechanisms.iter().find(|spec| spec.name == name).unwrap_or_else(|| panic!("no {name}"));
        return reference::mechanism(spec);
    }
    match what {
        "instruments" => catalog
            .instruments
            .iter()
            .map(|spec| format!("\n#### {}\n{}\n{}", spec.name, spec.doc, reference::instrument(spec)))
            .collect(),
        "metrics" => reference::metrics(&catalog),
        "sweep" => reference::sweep(),
        "sensitivity" => reference::sensitivity(),
        other => panic!("nothing generates `{other}`"),
    }
}

fn filled(text: &str) -> String {
    let mut parts = text.split("<!-- generated: ");
    let mut whole = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (what, rest) = part.split_once(" -->").expect("a closed marker");
        let (_, after) = rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("`{what}` has no end"));
        whole.push_str(&format!("<!-- generated: {what} -->\n{}<!-- end -->{after}", generated(what)));
    }
    whole
}

#[test]
fn the_model_page_holds_the_equations_and_parameters_of_the_code() {
    let text = read(&root().join("docs/model.md"));
    same_as_file(&filled(&text), "docs/model.md");
}

#[test]
fn the_pages_of_studies_hold_the_keys_of_their_files() {
    for (page, marker) in [("docs/sweeps.md", "sweep"), ("docs/sensitivity.md", "sensitivity")] {
        let text = read(&root().join(page));
        assert!(text.contains(&format!("<!-- generated: {marker} -->")));
        same_as_file(&filled(&text), page);
    }
}

#[test]
fn the_model_page_has_every_mechanism_in_the_order_of_a_step() {
    let text = read(&root().join("docs/model.md"));
    let mut last = 0;
    for spec in catalog().mechanisms {
        let marker = format!("<!-- generated: mechanism {} -->", spec.name);
        let at = text.find(&marker).unwrap_or_else(|| panic!("{} is missing", spec.name));
        assert!(at > last, "{} is out of order", spec.name);
        last = at;
    }
    for marker in ["<!-- generated: instruments -->", "<!-- generated: metrics -->"] {
        assert!(text.contains(marker), "{marker}");
    }
}

#[test]
fn the_reference_of_the_format_is_the_one_that_the_program_generates() {
    same_as_file(&reference::markdown(&catalog()), "docs/scenario-reference.md");
}

fn documents() -> Vec<std::path::PathBuf> {
    let mut all = sources("docs", ".md");
    all.push(root().join("README.md"));
    all.push(root().join("output/README.md"));
    all
}

#[test]
fn every_linked_file_exists() {
    let mut links = 0;
    for path in documents() {
        let text = read(&path);
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default().split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            assert!(path.parent().expect("a folder").join(target).exists(), "{} links to {target}", path.display());
        }
    }
    assert!(links > 10, "{links}");
}

/// What a document tells its reader to do, in order.
#[derive(Debug, PartialEq)]
enum Step {
    /// A call of the program.
    Call(Vec<String>),
    /// Text to append to a file.
    Append(String, String),
}

/// Calls in blocks marked `sh`, and blocks that follow a line "Append to `FILE`:".
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines();
    let mut append = None;
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("Append to `").and_then(|rest| rest.strip_suffix("`:")) {
            append = Some(name.to_string());
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        if let Some(name) = append.take() {
            steps.push(Step::Append(name, block.join("\n")));
        } else if matches!(language, "sh" | "console") {
            for line in block {
                let line = line.strip_prefix("$ ").unwrap_or(line);
                let line = line.split(" #").next().unwrap_or_default();
                let call = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("jirga "));
                if let Some(call) = call {
                    steps.push(Step::Call(call.split_whitespace().map(String::from).collect()));
                }
            }
        }
    }
    steps
}

/// A folder where a document's commands can run: with the scenarios, and with nothing else.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in files(&root().join("scenarios")) {
        let to = folder.path().join("scenarios").join(&name);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(root().join("scenarios").join(&name), to).expect("a copy");
    }
    folder
}

#[test]
fn every_command_of_the_documents_runs() {
    let mut calls = 0;
    for path in documents() {
        let folder = workplace();
        for step in steps(&read(&path)) {
            let mut call = match step {
                Step::Append(name, text) => {
                    let file = folder.path().join(name);
                    let before = read(&file);
                    fs::write(&file, format!("{before}\n{text}\n")).expect("a file");
                    continue;
                }
                Step::Call(call) => call,
            };
            if ["run", "sweep"].contains(&call[0].as_str()) {
                call.retain(|word| !word.starts_with("--trials="));
                if let Some(at) = call.iter().position(|word| word == "--trials") {
                    call.drain(at..(at + 2).min(call.len()));
                }
                call.extend(["--trials", TRIALS].map(String::from));
            }
            let words: Vec<&str> = call.iter().map(String::as_str).collect();
            let output = jirga(folder.path(), &words);
            let said = super::support::err(&output);
            assert!(output.status.success(), "{}: jirga {}\n{said}", path.display(), words.join(" "));
            calls += 1;
        }
    }
    assert!(calls >= 12, "{calls}");
}

#[test]
fn the_readme_names_the_two_commands() {
    let text = read(&root().join("README.md"));
    assert!(text.contains("cargo run --release -- run scenarios/pakistan.toml"));
    let ci = read(&root().join(".ci/run"));
    assert!(text.lines().any(|line| line == "cargo test") && ci.lines().any(|line| line == "cargo test"));
}

#[test]
fn commands_are_taken_from_blocks_and_nothing_else() {
    let text = "Say `jirga run a`.\n```sh\n$ jirga run b.toml --policy x  # that\ncargo test\n```\nAppend to `b.toml`:\n```toml\nx = 1\n```\n";
    let call = ["run", "b.toml", "--policy", "x"].map(String::from).into();
    assert_eq!(steps(text), [Step::Call(call), Step::Append("b.toml".into(), "x = 1".into())]);
}
