//! `cargo xtask python`: the Python package, built as a wheel, installed into an empty environment, and tested there.

use crate::install::{empty_environment, python_environment, succeed};
use crate::metadata::Metadata;
use crate::step::{self, Step};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const SOURCE: &str = "bindings-python";

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    step::run_all("python", &[step()])
}

pub(crate) fn step() -> Step {
    Step::function("Python package", "cargo xtask python", test)
}

fn test() -> Result<(), String> {
    let home = PathBuf::from(Metadata::read()?.target_directory).join("python");
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    let requirements = Path::new(SOURCE).join("requirements.txt");
    let tools =
        python_environment(&home.join("tools"), &requirements, "installing maturin, mypy, pytest and ruff")?;

    let python = |name: &str, arguments: &[&str]| {
        let mut command = Command::new(&tools);
        command
            .args(arguments)
            .current_dir(SOURCE)
            .env("PYTHONPYCACHEPREFIX", home.join("cache"))
            .env("MYPY_CACHE_DIR", home.join("mypy"))
            .env("RUFF_CACHE_DIR", home.join("ruff"));
        succeed(name, &mut command)
    };
    python("ruff check", &["-m", "ruff", "check", "--quiet", "."])?;
    python("ruff format", &["-m", "ruff", "format", "--check", "--quiet", "."])?;
    python("make_sync.py", &["tools/make_sync.py", "--check"])?;

    let wheel = wheel(&tools, &home.join("wheels"))?;
    install(&tools, &wheel)?;
    python("mypy", &["-m", "mypy", "--no-error-summary", "python/pimkit", "tests"])?;
    python("stubtest", &["-m", "mypy.stubtest", "--concise", "pimkit._native"])?;
    let cache = format!("cache_dir={}", home.join("pytest").display());
    let pytest = ["-m", "pytest", "--quiet", "--override-ini", &cache];
    python("pytest", &[&pytest[..], &["tests", "--doctest-modules", "--pyargs", "pimkit"]].concat())?;

    // Whoever installs it has nothing else, and reads the page.
    let empty = empty_environment(&home.join("empty"))?;
    install(&empty, &wheel)?;
    let mut page = Command::new(&empty);
    page.args(["tools/page.py", "README.md"])
        .current_dir(SOURCE)
        .env("PYTHONPYCACHEPREFIX", home.join("cache"));
    succeed("the examples of README.md", &mut page)
}

/// Builds the wheel of this version; older ones are cleared away.
fn wheel(tools: &Path, place: &Path) -> Result<PathBuf, String> {
    let told = |error: std::io::Error| format!("{}: {error}", place.display());
    if place.exists() {
        fs::remove_dir_all(place).map_err(told)?;
    }
    let mut build = Command::new(tools);
    build.args(["-m", "maturin", "build", "--quiet", "--manifest-path"]);
    build.arg(Path::new(SOURCE).join("Cargo.toml")).arg("--out").arg(place);
    // maturin looks for tools of the environment that it runs in.
    build.env("PATH", path_with(tools)?);
    succeed("maturin build", &mut build)?;
    let mut found = fs::read_dir(place).map_err(told)?;
    let wheel = found.next().ok_or_else(|| format!("{}: maturin left no wheel", place.display()))?;
    Ok(wheel.map_err(told)?.path())
}

fn install(interpreter: &Path, wheel: &Path) -> Result<(), String> {
    let mut install = Command::new(interpreter);
    install
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--no-index", "--no-deps", "--force-reinstall"])
        .arg(wheel);
    succeed("pip install", &mut install)
}

fn path_with(interpreter: &Path) -> Result<std::ffi::OsString, String> {
    let own = interpreter.parent().map(Path::to_path_buf);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&path))).map_err(|error| error.to_string())
}
