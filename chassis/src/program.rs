//! How a program begins and ends: the runtime, and one line on standard error with a truthful exit code when it fails.

use std::{error::Error, fmt::Display, process::ExitCode, time::Duration};

use clap::{Parser, error::ErrorKind};

use crate::{options::OptionsError, trace};

/// The exit code for a wrong option (EX_USAGE of sysexits.h).
pub const EX_USAGE: u8 = 64;

/// Parses the command line and runs the program on a multi-threaded runtime.
pub fn main<F, E>(program: impl FnOnce(F) -> E) -> ExitCode
where
    F: Parser,
    E: Future<Output = Result<(), ProgramError>>,
{
    let flags = match F::try_parse() {
        Ok(flags) => flags,
        Err(error) => return command_line(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error, 1),
    };
    let done = runtime.block_on(program(flags));
    trace::finish();
    // What must be finished has been waited for. A read of standard input can't be cancelled, and the runtime would wait for it for ever.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.message, error.exit_code),
    }
}

/// Why a program ends early, and with which exit code.
#[derive(Debug)]
pub struct ProgramError {
    message: String,
    exit_code: u8,
}

impl ProgramError {
    /// A failure with exit code 1.
    pub fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), exit_code: 1 }
    }

    /// A failure with another exit code.
    pub fn with_code(message: impl Display, exit_code: u8) -> Self {
        Self { message: message.to_string(), exit_code }
    }
}

impl From<OptionsError> for ProgramError {
    fn from(error: OptionsError) -> Self {
        Self::with_code(error, EX_USAGE)
    }
}

impl From<crate::server::ServerError> for ProgramError {
    fn from(error: crate::server::ServerError) -> Self {
        Self::new(chain(&error))
    }
}

/// An error and its causes in one line, those left out that the error repeats already.
pub fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        cause = error.source();
    }
    line
}

/// Help and version are no failure; all else is a wrong option.
fn command_line(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is no reason to fail.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(EX_USAGE)
        }
        _ => {
            let text = error.to_string();
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let told = lines.iter().take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
            let line = told.copied().collect::<Vec<_>>().join(" ");
            fail(&OptionsError::command_line(line.trim_start_matches("error: ")), EX_USAGE)
        }
    }
}

#[allow(clippy::print_stderr, reason = "the last words of a program go to standard error, whether logging has been started or not")]
fn fail(message: &dyn Display, exit_code: u8) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(exit_code)
}
