//! Steps: what a command does, in order, each with its time, stopping at the first failure.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// One thing to do, and how to say it again by hand.
#[derive(Debug)]
pub(crate) struct Step {
    name: String,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Process { program: String, arguments: Vec<String>, env: Vec<(&'static str, &'static str)>, quiet: bool },
    Function { run: fn() -> Result<(), String>, repeat: &'static str },
    Skip { reason: String },
}

impl Step {
    /// A program with its arguments, separated by blanks.
    pub(crate) fn process(name: impl Into<String>, line: impl AsRef<str>) -> Self {
        let mut words = line.as_ref().split_whitespace().map(str::to_owned);
        let program = words.next().unwrap_or_default();
        let work = Work::Process { program, arguments: words.collect(), env: Vec::new(), quiet: false };
        Self { name: name.into(), work }
    }

    /// A check that xtask itself makes; `repeat` is the command that does only this.
    pub(crate) fn function(
        name: impl Into<String>,
        repeat: &'static str,
        run: fn() -> Result<(), String>,
    ) -> Self {
        Self { name: name.into(), work: Work::Function { run, repeat } }
    }

    /// Something that cannot be done here; the reason is printed and counts as no failure.
    pub(crate) fn skip(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { name: name.into(), work: Work::Skip { reason: reason.into() } }
    }

    /// Appends arguments to a process, each kept whole.
    pub(crate) fn with_arguments(mut self, more: &[String]) -> Self {
        if let Work::Process { arguments, .. } = &mut self.work {
            arguments.extend_from_slice(more);
        }
        self
    }

    /// Sets an environment variable for a process.
    pub(crate) fn with_env(mut self, variable: &'static str, value: &'static str) -> Self {
        if let Work::Process { env, .. } = &mut self.work {
            env.push((variable, value));
        }
        self
    }

    /// Shows a process's output only when it fails.
    pub(crate) fn quiet(mut self) -> Self {
        if let Work::Process { quiet, .. } = &mut self.work {
            *quiet = true;
        }
        self
    }

    /// The command line that repeats this step alone.
    fn repeat(&self) -> String {
        match &self.work {
            Work::Process { program, arguments, env, .. } => {
                let env = env.iter().map(|(variable, value)| format!("{variable}='{value}'"));
                env.chain([program.clone()]).chain(arguments.iter().cloned()).collect::<Vec<_>>().join(" ")
            }
            Work::Function { repeat, .. } => (*repeat).to_owned(),
            Work::Skip { .. } => String::new(),
        }
    }

    fn run(&self) -> Result<(), String> {
        match &self.work {
            Work::Process { program, arguments, env, quiet } => {
                let mut command = Command::new(program);
                command.args(arguments).envs(env.iter().copied());
                run_process(program, command, *quiet)
            }
            Work::Function { run, .. } => run(),
            Work::Skip { .. } => Ok(()),
        }
    }
}

/// Runs the steps in order, prints a summary, and fails with the first step that failed.
pub(crate) fn run_all(command: &str, steps: &[Step]) -> Result<(), String> {
    let started = Instant::now();
    let mut summary = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if let Work::Skip { reason } = &step.work {
            println!("[{}/{}] {} skipped: {reason}", index + 1, steps.len(), step.name);
            summary.push(format!("  skipped  {}: {reason}", step.name));
            continue;
        }
        println!("[{}/{}] {}: {}", index + 1, steps.len(), step.name, step.repeat());
        let step_started = Instant::now();
        let outcome = step.run();
        let time = seconds(step_started.elapsed());
        if let Err(reason) = outcome {
            println!("      FAILED after {time}");
            summary.push(format!("{time:>9}  {}  FAILED", step.name));
            print_summary(command, &summary, steps.len() - index - 1, started.elapsed());
            return Err(format!("{}: {reason}\nrepeat it with: {}", step.name, step.repeat()));
        }
        println!("      ok, {time}");
        summary.push(format!("{time:>9}  {}", step.name));
    }
    print_summary(command, &summary, 0, started.elapsed());
    println!("all passed");
    Ok(())
}

/// Whether a program starts and answers; its output is dropped.
pub(crate) fn answers(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.split_first().is_some_and(|(program, arguments)| answers_at(Path::new(program), arguments))
}

/// The same for a program by its path, with arguments that may hold blanks.
pub(crate) fn answers_at(program: &Path, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn run_process(program: &str, mut command: Command, quiet: bool) -> Result<(), String> {
    let could_not_start = |error| format!("could not start `{program}`: {error}");
    let status = if quiet {
        let output = command.output().map_err(could_not_start)?;
        if !output.status.success() {
            print!("{}", String::from_utf8_lossy(&output.stdout));
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        output.status
    } else {
        command.status().map_err(could_not_start)?
    };
    if status.success() { Ok(()) } else { Err(describe(status)) }
}

/// How a program ended.
pub(crate) fn describe(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => "ended by a signal".to_owned(),
    }
}

fn print_summary(command: &str, lines: &[String], not_run: usize, total: Duration) {
    println!("\ncargo xtask {command}, {}", seconds(total));
    for line in lines {
        println!("{line}");
    }
    if not_run > 0 {
        println!("  not run  {not_run} more");
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_failure_names_the_step_the_reason_and_the_command() {
        let steps = [Step::process("no such command", "cargo no-such-command").quiet()];
        let message = run_all("x", &steps).unwrap_err();
        assert_eq!(
            message, "no such command: exit code 101\nrepeat it with: cargo no-such-command",
            "cargo itself answers an unknown command with 101"
        );
    }

    #[test]
    fn the_command_to_repeat_carries_its_environment() {
        let step = Step::process("docs", "cargo doc --no-deps").with_env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(step.repeat(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn nothing_runs_after_a_failure() {
        static RAN: AtomicBool = AtomicBool::new(false);
        let steps = [
            Step::function("first", "cargo xtask first", || Err("broken".to_owned())),
            Step::function("second", "cargo xtask second", || {
                RAN.store(true, Ordering::Relaxed);
                Ok(())
            }),
        ];
        assert_eq!(run_all("x", &steps).unwrap_err(), "first: broken\nrepeat it with: cargo xtask first");
        assert!(!RAN.load(Ordering::Relaxed));
    }

    #[test]
    fn a_skipped_step_is_no_failure() {
        assert_eq!(run_all("x", &[Step::skip("typos", "typos not installed")]), Ok(()));
    }

    #[test]
    fn a_program_that_does_not_exist_is_a_plain_message() {
        let steps = [Step::process("gone", "no-such-program-anywhere")];
        assert!(run_all("x", &steps).unwrap_err().contains("could not start `no-such-program-anywhere`"));
    }
}
