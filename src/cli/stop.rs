//! Ctrl-C: the first asks the run to end after the blocks at work, the second ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first Ctrl-C.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl-C from now on.
pub fn listen() {
    // Without a handler Ctrl-C still ends the program, only less kindly: no reason to refuse to run.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        super::say("stopping after the blocks at work; Ctrl-C again to stop at once");
    });
}
