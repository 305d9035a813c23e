//! Progress of a run: a bar on a terminal, a few quiet lines elsewhere.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::experiment::run::Progress;

/// Shows how far a run is.
pub struct Shown {
    bar: Option<ProgressBar>,
    total: usize,
    done: AtomicUsize,
    quiet: bool,
    started: Instant,
}

impl Shown {
    /// For so many trials of one policy each.
    pub fn new(total: usize, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (terminal && !quiet).then(|| {
            let bar = ProgressBar::new(total as u64);
            let style = ProgressStyle::with_template(
                "{bar:32} {percent:>3} %  {human_pos}/{human_len} trials  {per_sec}  {eta} left",
            );
            if let Ok(style) = style {
                bar.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
            }
            bar
        });
        Self { bar, total, done: AtomicUsize::new(0), quiet, started: Instant::now() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn advance(&self, trials: usize) {
        let before = self.done.fetch_add(trials, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.inc(trials as u64);
            return;
        }
        // A line at each quarter is enough for a log.
        let quarter = |done: usize| 4 * done.min(self.total) / self.total.max(1);
        let now = quarter(before + trials);
        if !self.quiet && now > quarter(before) {
            say(&format!("{:3} % after {:.1} s", 25 * now, self.started.elapsed().as_secs_f64()));
        }
    }
}
