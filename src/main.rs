//! The program: see `jirga --help`.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    jirga::cli::main()
}
