//! The project's own build commands: `cargo xtask <command>`.

mod bench;
mod catalogue;
mod check;
mod clients;
mod corpus;
mod fuzz;
mod install;
mod layering;
mod metadata;
mod node;
mod python;
mod reference;
mod step;
mod suggest;
mod surface;
mod test;
mod tools;
mod troubleshooting;

use std::path::Path;
use std::process::ExitCode;

/// One `cargo xtask` command. A new one is a row in [`COMMANDS`].
struct Command {
    name: &'static str,
    about: &'static str,
    /// What may follow the name; empty when nothing may.
    arguments: &'static str,
    run: fn(&[String]) -> Result<(), String>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        about: "Everything that must pass: fmt, lints, docs, layering, tests, doctests, Microsoft's libraries, examples",
        arguments: "",
        run: test::run,
    },
    Command {
        name: "check",
        about: "No tests: fmt, clippy, rustdoc, layering; cargo-deny, typos and taplo where installed",
        arguments: "",
        run: check::run,
    },
    Command {
        name: "layering",
        about: "Which crate may depend on which, held against cargo metadata",
        arguments: "",
        run: layering::run,
    },
    Command {
        name: "catalogue",
        about: "Write pim-embedded/data/entra-roles.json from the reference data",
        arguments: "[--from DIR]",
        run: catalogue::run,
    },
    Command {
        name: "reference",
        about: "Write pim-governance/data/*.json from the reference data",
        arguments: "[--from DIR]",
        run: reference::run,
    },
    Command {
        name: "corpus",
        about: "Hold client and emulator against published pages: DIR, or else PIM_CORPUS",
        arguments: "[DIR] [--schema FILE]",
        run: corpus::run,
    },
    Command {
        name: "clients",
        about: "Microsoft's own libraries for Python and Node against the emulator",
        arguments: "[python|node]",
        run: clients::run,
    },
    Command {
        name: "surface",
        about: "Write tests/surface.json anew: what the bindings must offer",
        arguments: "",
        run: surface::run,
    },
    Command {
        name: "troubleshooting",
        about: "Write docs/troubleshooting.md anew: every way to get stuck, and the way out",
        arguments: "",
        run: troubleshooting::run,
    },
    Command {
        name: "bench",
        about: "All benchmarks: `cargo bench --workspace`",
        arguments: "[cargo bench arguments]",
        run: bench::run,
    },
    Command {
        name: "node",
        about: "Build and pack the Node package, install it into an empty folder, and test it there",
        arguments: "",
        run: node::run,
    },
    Command {
        name: "python",
        about: "Build the Python package, install it into an empty environment, and test it there",
        arguments: "",
        run: python::run,
    },
    Command {
        name: "tools",
        about: "Install the third-party cargo tools that `check` and `test` use when present",
        arguments: "",
        run: tools::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        None => return wrong_usage(&format!("a command is missing\n\n{}", help())),
        Some((name, _)) if is_help(name) || name == "help" => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        Some(split) => split,
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return wrong_usage(&unknown_command(name));
    };
    if rest.first().is_some_and(|argument| is_help(argument)) {
        println!("{}\n\nUsage: {}", command.about, usage(command));
        return ExitCode::SUCCESS;
    }
    if command.arguments.is_empty() && !rest.is_empty() {
        return wrong_usage(&format!("`{name}` takes no arguments, got: {}", rest.join(" ")));
    }
    match enter_workspace_root().and_then(|()| (command.run)(rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn is_help(argument: &str) -> bool {
    matches!(argument, "--help" | "-h")
}

fn wrong_usage(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(2)
}

fn usage(command: &Command) -> String {
    format!("cargo xtask {} {}", command.name, command.arguments).trim_end().to_owned()
}

fn help() -> String {
    let mut text = String::from("Usage: cargo xtask <command>\n\nCommands:\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<16}{}\n", command.name, command.about));
    }
    text.push_str("\n`cargo xtask <command> --help` tells what a command accepts.\n");
    text
}

fn unknown_command(name: &str) -> String {
    match suggest::nearest(name, COMMANDS.iter().map(|command| command.name)) {
        Some(near) => {
            format!("there is no command `{name}`; did you mean `cargo xtask {near}`?\n\n{}", help())
        }
        None => format!("there is no command `{name}`\n\n{}", help()),
    }
}

/// The directory is asked for at run time: one built binary may serve several checkouts that share a target
/// directory.
fn enter_workspace_root() -> Result<(), String> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or("CARGO_MANIFEST_DIR is not set: start this program as `cargo xtask`")?;
    let root = Path::new(&manifest).parent().ok_or("the xtask crate has no parent directory")?;
    std::env::set_current_dir(root).map_err(|error| format!("cannot enter {}: {error}", root.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_names_the_nearest_command() {
        assert!(unknown_command("checks").contains("did you mean `cargo xtask check`?"));
        assert!(unknown_command("layring").contains("did you mean `cargo xtask layering`?"));
    }

    #[test]
    fn a_word_unlike_any_command_gets_the_list_and_no_guess() {
        let message = unknown_command("frobnicate");
        assert!(!message.contains("did you mean"));
        assert!(message.contains("Commands:"));
    }

    #[test]
    fn help_lists_every_command() {
        let help = help();
        assert!(COMMANDS.iter().all(|command| help.contains(command.name)));
    }
}
