//! What tests need from other languages' registries, installed below the target directory.

use crate::step;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A virtual environment with what a list of requirements names; its interpreter. Made anew when the list changes.
pub(crate) fn python_environment(home: &Path, requirements: &Path, note: &str) -> Result<PathBuf, String> {
    let interpreter = interpreter_in(home);
    let stamp = Stamp { file: home.join("installed.txt"), wanted: read(requirements)? };
    // A stamp is nothing worth where the Python that it was made with has gone.
    if stamp.is_current() && step::answers_at(&interpreter, &["--version"]) {
        return Ok(interpreter);
    }
    println!("      {note}");
    stamp.clear()?;
    empty_environment(home)?;
    let mut install = Command::new(&interpreter);
    // Compiling what is installed takes longer than installing it, and next to nothing of it is ever imported.
    install
        .args(["-m", "pip", "install", "--quiet", "--no-compile", "--no-input"])
        .args(["--disable-pip-version-check", "--requirement"])
        .arg(requirements);
    succeed("pip install", &mut install)?;
    stamp.write()?;
    Ok(interpreter)
}

/// A virtual environment with nothing in it; its interpreter.
pub(crate) fn empty_environment(home: &Path) -> Result<PathBuf, String> {
    let mut create = Command::new(system_python()?);
    create.args(["-m", "venv", "--clear"]).arg(home);
    succeed("python -m venv", &mut create)?;
    Ok(interpreter_in(home))
}

fn interpreter_in(home: &Path) -> PathBuf {
    home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Notes what was installed, so that it need not be again.
pub(crate) struct Stamp {
    pub(crate) file: PathBuf,
    pub(crate) wanted: String,
}

impl Stamp {
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|noted| noted == self.wanted)
    }

    /// Before an installation: one that breaks off must not look done.
    pub(crate) fn clear(&self) -> Result<(), String> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("{}: {error}", self.file.display()))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn write(&self) -> Result<(), String> {
        fs::write(&self.file, &self.wanted).map_err(|error| format!("{}: {error}", self.file.display()))
    }
}

pub(crate) fn system_python() -> Result<&'static str, String> {
    const NEW_ENOUGH: &str = "import sys, venv; sys.exit(sys.version_info < (3, 10))";
    ["python3", "python"]
        .into_iter()
        .find(|name| step::answers_at(Path::new(name), &["-c", NEW_ENOUGH]))
        .ok_or_else(|| {
            "Python 3.10 or later with `venv` is needed; neither `python3` nor `python` is that".to_owned()
        })
}

pub(crate) fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{}: {error}", from.display()))
}

pub(crate) fn succeed(name: &str, command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("could not start `{name}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}`: {}", step::describe(status))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_is_installed_again_only_when_the_list_changes() {
        let file = std::env::temp_dir().join(format!("pim-stamp-{}.txt", std::process::id()));
        let stamp = |wanted: &str| Stamp { file: file.clone(), wanted: wanted.to_owned() };
        assert!(!stamp("one").is_current());
        stamp("one").clear().unwrap();
        stamp("one").write().unwrap();
        assert!(stamp("one").is_current() && !stamp("two").is_current());
        stamp("two").clear().unwrap();
        assert!(!stamp("one").is_current());
    }
}
