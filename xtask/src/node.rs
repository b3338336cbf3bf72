//! `cargo xtask node`: the Node package, built, packed, installed into an empty folder, and tested there.

use crate::install::{Stamp, copy_file, read, succeed};
use crate::metadata::Metadata;
use crate::step::{self, Step};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const SOURCE: &str = "bindings-node";
const FUNCTIONS: &str = "examples/azure-functions";

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    step::run_all("node", &[step()])
}

pub(crate) fn step() -> Step {
    Step::function("Node package", "cargo xtask node", test)
}

fn test() -> Result<(), String> {
    if !step::answers("node -e process.exitCode=+(parseInt(process.versions.node)<20)") {
        return Err("Node 20 or later is needed; `node` is older or not there".to_owned());
    }
    let target = PathBuf::from(Metadata::read()?.target_directory);
    let home = target.join("node");
    let package = built(&target, &home.join("package"))?;
    let packed = packed(&package, &home)?;

    // Whoever installs it has nothing else, and reads the page.
    let empty = home.join("empty");
    renew(&empty)?;
    write(&empty.join("package.json"), r#"{ "private": true, "type": "module" }"#)?;
    let mut install = npm();
    install.args(["install", "--silent", "--no-audit", "--no-fund", "--offline", "--ignore-scripts"]);
    succeed("npm install", install.arg(&packed).current_dir(&empty))?;
    copy_folder(&Path::new(SOURCE).join("test"), &empty.join("test"))?;
    copy_file(&Path::new(SOURCE).join("README.md"), &empty.join("README.md"))?;

    let compiler = package.join("node_modules/typescript/bin/tsc");
    let mut types = Command::new("node");
    types.arg(compiler).args(["--strict", "--noEmit", "--exactOptionalPropertyTypes", "--target", "es2022"]);
    types.args(["--module", "nodenext", "--types", "node", "--typeRoots"]);
    types.arg(package.join("node_modules/@types")).arg("test/types.ts").current_dir(&empty);
    succeed("tsc, the types as users see them", &mut types)?;

    let known = |path: &str| fs::canonicalize(path).map_err(|error| format!("{path}: {error}"));
    let mut tests = Command::new("node");
    tests.args(["--expose-gc", "--test"]).args(tests_in(&empty.join("test"))?);
    tests.env("PIM_SURFACE", known("tests/surface.json")?).env("PIM_SCENARIOS", known("tests/scenarios")?);
    succeed("node --test", tests.current_dir(&empty))?;
    functions(&home.join("functions"), &packed)
}

/// The Azure Functions app, with its own dependencies and the package as it was packed. Its host is not needed.
fn functions(home: &Path, packed: &Path) -> Result<(), String> {
    fs::create_dir_all(home).map_err(|error| format!("{}: {error}", home.display()))?;
    for folder in ["src", "test"] {
        renew(&home.join(folder))?;
        copy_folder(&Path::new(FUNCTIONS).join(folder), &home.join(folder))?;
    }
    copy_file(&Path::new(FUNCTIONS).join("tsconfig.json"), &home.join("tsconfig.json"))?;
    let manifest = read(&Path::new(FUNCTIONS).join("package.json"))?;
    // Until it is published, the package comes from here.
    let version = format!(r#""pimkit": "{}""#, env!("CARGO_PKG_VERSION"));
    let here = manifest.replace(&version, &format!(r#""pimkit": "file:{}""#, packed.display()));
    if here == manifest {
        return Err(format!("{FUNCTIONS}/package.json: expected {version}"));
    }
    write(&home.join("package.json"), &here)?;
    let stamp = Stamp { file: home.join("node_modules/installed.txt"), wanted: manifest };
    if !stamp.is_current() {
        println!("      installing what the functions need");
        let mut install = npm();
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
        succeed("npm install", install.current_dir(home))?;
        stamp.write()?;
    }
    // The package itself is packed anew each time, under the same version.
    let package = home.join("node_modules/pimkit");
    renew(&package)?;
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(packed).args(["--strip-components", "1", "-C"]).arg(&package);
    succeed("tar", &mut unpack)?;
    let mut compile = Command::new("node");
    succeed("tsc, the functions", compile.arg("node_modules/typescript/bin/tsc").current_dir(home))?;
    let mut tests = Command::new("node");
    succeed("node --test, the functions", tests.args(["--test", "test/functions.test.mjs"]).current_dir(home))
}

/// A copy of the package with the native module and the façade built; its source stays clean.
fn built(target: &Path, copy: &Path) -> Result<PathBuf, String> {
    let mut build = Command::new("cargo");
    succeed("cargo build", build.args(["build", "--quiet", "--package", "pim-node"]))?;
    fs::create_dir_all(copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    for folder in ["lib", "tools"] {
        renew(&copy.join(folder))?;
        copy_folder(&Path::new(SOURCE).join(folder), &copy.join(folder))?;
    }
    for file in ["package.json", "package-lock.json", "tsconfig.json", "README.md"] {
        copy_file(&Path::new(SOURCE).join(file), &copy.join(file))?;
    }
    let library = format!("{}pimkit{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    copy_file(&target.join("debug").join(library), &copy.join("pimkit.node"))?;

    let wanted = read(&copy.join("package-lock.json"))?;
    let stamp = Stamp { file: copy.join("node_modules/installed.txt"), wanted };
    if !stamp.is_current() {
        println!("      installing typescript");
        let mut install = npm();
        install.args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(copy);
        succeed("npm ci", &mut install)?;
        stamp.write()?;
    }
    renew(&copy.join("dist"))?;
    succeed("npm run build", npm().args(["run", "--silent", "build"]).current_dir(copy))?;
    Ok(copy.to_path_buf())
}

fn packed(package: &Path, home: &Path) -> Result<PathBuf, String> {
    let mut pack = npm();
    pack.args(["pack", "--silent", "--pack-destination"]).arg(home).current_dir(package);
    pack.stdout(std::process::Stdio::null());
    succeed("npm pack", &mut pack)?;
    Ok(home.join(format!("pimkit-{}.tgz", env!("CARGO_PKG_VERSION"))))
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn tests_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let all = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut tests: Vec<_> = all.flatten().map(|entry| entry.path()).collect();
    tests.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    tests.sort();
    Ok(tests)
}

/// An empty folder, whatever was there.
fn renew(folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(told)?;
    }
    fs::create_dir_all(folder).map_err(told)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let entry = entry.map_err(|error| format!("{}: {error}", from.display()))?;
        copy_file(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
