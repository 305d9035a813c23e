//! The door: parses the command line, calls the rooms, prints.
//!
//! Results and tables go to standard output, progress and errors to standard error. Exit codes: 0 done; 1 something
//! failed on the way (a file that cannot be written); 2 the command line or the scenario is wrong, nothing was
//! done; 3 another process fills the folder, nothing was done; 130 stopped by Ctrl-C.

// The clock is read for progress and for the manifest's duration; nothing that is computed depends on it.
#![allow(clippy::disallowed_methods)]

mod bench;
mod check;
mod describe;
mod explain;
mod failed;
mod findings;
mod inputs;
mod merge;
mod new;
mod observed;
mod output;
mod progress;
mod reading;
mod replay;
mod report;
mod run;
mod schema;
mod sensitivity;
mod session;
mod speed;
mod stop;
mod study;
mod submit;
mod sweep;
mod tables;
mod trajectories;
mod until;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::experiment::guarded::words;
use crate::journal::JournalError;
use crate::report::ReportError;
use crate::scenario::diagnostic::is_unprintable;

/// Weigh security policies by simulating many histories of a conflict under each.
#[derive(Parser)]
#[command(name = "jirga", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  jirga new my.toml               a commented scenario to begin with
  jirga check my.toml             what it holds and assumes, or all that is wrong
  jirga run my.toml               every policy: tables, figures, data
  jirga run my.toml --policy nothing policing --trials 2000 --seed 7
  jirga run my.toml --set groups.rebels.strength=2000 --out what-if
  jirga run my.toml --until 'killed: policing vs nothing +- 20'
  jirga run my.toml --resume      go on with a run that was interrupted
  jirga run my.toml --shard 3/8   one of eight parts; jirga merge unites them
  jirga sensitivity study.toml    which uncertain numbers matter, and how much is chance
  jirga sweep my.toml --vary groups.rebels.strength=500:1500:5
  jirga describe my.toml --only parameters
  jirga explain groups.strength   meaning, unit, range and default of a key
  jirga observed my.toml          the baseline beside what was observed

Exit codes:
  0    done
  1    something failed on the way, e.g. a file that cannot be written; what is finished is kept
  2    the command line, a scenario or a study is wrong, or would destroy work; nothing was done
  3    another process fills the folder; nothing was done
  130  stopped by Ctrl-C; --resume goes on
  A process that another signal ends (SIGTERM, SIGHUP, SIGKILL) has that signal's code; --resume goes on.

Results are the same for the same scenario, seed and number of trials, on any number of threads.";

#[derive(Subcommand)]
enum Command {
    /// Run every policy of a scenario many times and write tables, plots and data.
    Run(run::Arguments),
    /// Run a scenario at many points: what drives the outcome, and where another policy wins.
    Sweep(sweep::Arguments),
    /// Find which uncertain numbers drive the outcomes: screening, shares of variance, chance's own share.
    Sensitivity(sensitivity::Arguments),
    /// Unite the shards of a run or a study.
    Merge(merge::Arguments),
    /// Print a script that runs a command in shards on a cluster and unites them.
    Submit(submit::Arguments),
    /// Make tables, figures and the report of a run or a study again from what it saved.
    Report(report::Arguments),
    /// Check a scenario: every mistake in it at once, or a summary of what it holds and assumes.
    Check(check::Arguments),
    /// Write a commented minimal scenario to begin with.
    New(new::Arguments),
    /// Print the JSON Schema of scenario files, or of study files, for editors.
    Schema(schema::Arguments),
    /// Show what a scenario holds, as tables: groups, ties, hosts, regions, policies, parameters.
    Describe(describe::Arguments),
    /// Explain a key, a mechanism, an instrument or a metric: meaning, unit, range, default, source.
    Explain(explain::Arguments),
    /// Lay the baseline beside the observed series that the scenario names.
    Observed(observed::Arguments),
    /// Time a scenario on this machine: trials a second, time by mechanism, what a run would take.
    Bench(bench::Arguments),
}

/// What ends a command before its end.
#[derive(Debug)]
pub enum Failure {
    /// The command line or the scenario is wrong; nothing was done. In words, ready to print.
    Mistake(String),
    /// Something failed on the way.
    Failed(String),
    /// Another process works on the folder; nothing was done.
    Busy(String),
    /// Stopped by Ctrl-C; in words, what was kept.
    Stopped(String),
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::InUse { .. } => Self::Busy(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::from(ReportError::from(error))
    }
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Mistake(_) => 2,
            Self::Busy(_) => 3,
            Self::Stopped(_) => 130,
        }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    // What panics is caught where it can be: at the boundary of a block, and here. One line says what and where.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        say(&format!("defect of the program, please report: {}{place}", words(panic.payload())));
    }));
    let cli = Cli::parse();
    let done = std::panic::catch_unwind(|| command(cli.command)).unwrap_or_else(|_| {
        Err(Failure::Failed("the program stopped at a defect of its own; what was not finished was not written".into()))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            match &failure {
                Failure::Mistake(text) | Failure::Failed(text) | Failure::Busy(text) | Failure::Stopped(text) => {
                    say(text)
                }
            }
            ExitCode::from(failure.code())
        }
    }
}

fn command(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(arguments) => run::run(&arguments, None),
        Command::Merge(arguments) => merge::run(&arguments),
        Command::Submit(arguments) => submit::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments, None),
        Command::Report(arguments) => report::run(&arguments),
        Command::Sensitivity(arguments) => sensitivity::run(&arguments, None),
        Command::Check(arguments) => check::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Describe(arguments) => describe::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Observed(arguments) => observed::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    }
}

/// A line to standard error; a reader that has gone away is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(text.trim_end(), colour()));
}

/// The text without what would steer a terminal, whoever wrote it: names of files and what they hold may come from
/// strangers. Colours, which the renderer of errors adds, stay where they are wanted.
fn harmless(text: &str, colours: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        let codes = rest.as_str().strip_prefix('[').filter(|_| letter == '\u{1b}');
        let codes = codes.map(|after| after.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count() + 1);
        let colour = codes.filter(|&end| rest.as_str()[end..].starts_with('m'));
        match (letter, colour) {
            ('\n' | '\t', _) => shown.push(letter),
            ('\u{1b}', Some(end)) if colours => {
                shown.push(letter);
                shown.push_str(&rest.as_str()[..=end]);
                rest = rest.as_str()[end + 1..].chars();
            }
            _ if is_unprintable(letter) => shown.extend(letter.escape_unicode()),
            _ => shown.push(letter),
        }
    }
    shown
}

/// Text to standard output.
///
/// # Errors
/// A closed pipe (`jirga describe … | head`) or terminal ends the command quietly; anything else is a failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        // A terminal that has gone away: EIO on every Unix.
        Err(error) if cfg!(unix) && error.raw_os_error() == Some(5) => Ok(()),
        Err(error) => Err(Failure::Failed(format!("cannot write to standard output: {error}"))),
    }
}

/// Whether errors may carry colour.
fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_steers_a_terminal_is_shown_and_not_done() {
        assert_eq!(harmless("a\tb\nc \u{1b}[1;31mred\u{1b}[0m", true), "a\tb\nc \u{1b}[1;31mred\u{1b}[0m");
        assert_eq!(harmless("\u{1b}[31mred", false), "\\u{1b}[31mred");
        assert_eq!(harmless("\u{1b}[2J\u{9b}2J\u{202e}x\rm", true), "\\u{1b}[2J\\u{9b}2J\\u{202e}x\\u{d}m");
    }
}
