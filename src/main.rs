//! The program: see `jirga --help`.
#![forbid(unsafe_code)]
// As in the library: nothing that could panic by its own word.
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::todo,
    clippy::unimplemented
)]

fn main() -> std::process::ExitCode {
    jirga::cli::main()
}
