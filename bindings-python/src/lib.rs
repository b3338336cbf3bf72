//! The native module of `pimkit`: sessions by name and JSON, as `pim-bridge` offers them. Everything that Python users see is in
//! the package's own Python files.

mod credential;
mod governance;
mod run;
mod table;

use std::sync::Arc;

use pim_bridge::{Page, Session, Stage, World, access};
use pim_core::{
    error::{Error, ErrorKind, Result},
    time::Period,
};
use pyo3::{prelude::*, types::PyList};
use tokio::sync::Mutex;

use self::{
    credential::tokens,
    run::{awaited, failure, waited},
    table::{Gathered, NativeRows},
};

/// One caller's access.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
pub(crate) struct NativeSession {
    session: Session,
}

#[pymethods]
impl NativeSession {
    /// Calls a method and waits, without holding the interpreter.
    fn call(&self, py: Python<'_>, method: &str, arguments: &str) -> PyResult<String> {
        waited(py, self.session.call(method, arguments))
    }

    /// Calls a method; an awaitable.
    fn call_async<'py>(
        &self,
        py: Python<'py>,
        method: String,
        arguments: String,
    ) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session.clone();
        awaited(py, async move { session.call(&method, &arguments).await })
    }

    /// A caller's access to Microsoft Graph. `source(scopes, claims)` answers with a token and its end in seconds since 1970.
    #[staticmethod]
    fn graph(py: Python<'_>, setup: &str, source: Py<PyAny>, speaks_for: Option<&str>) -> PyResult<Self> {
        let access = access(speaks_for).map_err(|error| failure(py, &error))?;
        let session = waited(py, Session::graph(setup, tokens(source, access)))?;
        Ok(Self { session })
    }

    /// The same; an awaitable.
    #[staticmethod]
    fn graph_async<'py>(
        py: Python<'py>,
        setup: String,
        source: Py<PyAny>,
        speaks_for: Option<&str>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let access = access(speaks_for).map_err(|error| failure(py, &error))?;
        let tokens = tokens(source, access);
        awaited(py, async move { Ok(Self { session: Session::graph(&setup, tokens).await? }) })
    }

    /// What the token, the licences and the cloud do not allow.
    fn preflight(&self, py: Python<'_>) -> PyResult<String> {
        waited(py, self.session.preflight())
    }

    /// The same; an awaitable.
    fn preflight_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session.clone();
        awaited(py, async move { session.preflight().await })
    }

    /// The same access with more protected.
    fn guarding(&self, py: Python<'_>, safeguards: &str) -> PyResult<Self> {
        let session = self.session.guarding(safeguards).map_err(|error| failure(py, &error))?;
        Ok(Self { session })
    }

    /// Opens a list.
    fn list(&self, py: Python<'_>, method: &str, arguments: &str) -> PyResult<NativeCursor> {
        let cursor = self.session.list(method, arguments).map_err(|error| failure(py, &error))?;
        Ok(NativeCursor { cursor: Arc::new(Mutex::new(cursor)) })
    }
}

/// A list that is being read.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
struct NativeCursor {
    cursor: Arc<Mutex<pim_bridge::Cursor>>,
}

/// The parts of a page: its rows as JSON, the rows that could not be read, and where to go on.
#[derive(IntoPyObject)]
struct Told(String, Vec<(Option<String>, String)>, Option<String>);

impl From<Page> for Told {
    fn from(page: Page) -> Self {
        let rejected =
            page.rejected.iter().map(|row| (row.id.as_deref().map(str::to_owned), row.reason.to_string()));
        Self(page.rows.json(), rejected.collect(), page.resume.map(|place| place.as_str().to_owned()))
    }
}

async fn rest(cursor: &Mutex<pim_bridge::Cursor>) -> Result<Option<NativeRows>> {
    let (gathered, mut cursor) = (Gathered::default(), cursor.lock().await);
    while let Some(page) = cursor.next_page().await? {
        gathered.add(page)?;
    }
    Ok(gathered.rows())
}

#[pymethods]
impl NativeCursor {
    /// The next page; `None` at the end.
    fn next_page(&self, py: Python<'_>) -> PyResult<Option<Told>> {
        waited(py, async { Ok(self.cursor.lock().await.next_page().await?.map(Told::from)) })
    }

    /// All rows that are left.
    fn rest(&self, py: Python<'_>) -> PyResult<Option<NativeRows>> {
        waited(py, rest(&self.cursor))
    }

    /// The same; an awaitable.
    fn rest_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let cursor = Arc::clone(&self.cursor);
        awaited(py, async move { rest(&cursor).await })
    }

    /// The next page; an awaitable.
    fn next_page_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let cursor = Arc::clone(&self.cursor);
        awaited(py, async move { Ok(cursor.lock().await.next_page().await?.map(Told::from)) })
    }
}

/// A whole PIM service in this process.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
struct NativeWorld {
    world: World,
}

#[pymethods]
impl NativeWorld {
    #[new]
    fn new(py: Python<'_>, setup: &str) -> PyResult<Self> {
        Ok(Self { world: World::embedded(setup).map_err(|error| failure(py, &error))? })
    }

    /// A caller's access.
    fn session(&self, py: Python<'_>, who: &str) -> PyResult<NativeSession> {
        Ok(NativeSession { session: self.world.session(who).map_err(|error| failure(py, &error))? })
    }

    /// The service's time.
    fn now(&self) -> String {
        self.world.now().to_string()
    }

    /// Moves a virtual clock on.
    fn advance(&self, py: Python<'_>, length: &str) -> PyResult<String> {
        let length = length.parse::<Period>().map_err(|error| failure(py, &error.into()))?;
        let now = self.world.advance(length).map_err(|error| failure(py, &error))?;
        Ok(now.to_string())
    }
}

/// A server that speaks as Microsoft Graph does. It stops when it is closed or let go.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
struct NativeEmulator {
    stage: std::sync::Mutex<Option<Arc<Stage>>>,
}

impl NativeEmulator {
    fn stage(&self, py: Python<'_>) -> PyResult<Arc<Stage>> {
        let stage = self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        stage.clone().ok_or_else(|| {
            failure(py, &Error::new(ErrorKind::InvalidInput, "the emulator is closed: start another one"))
        })
    }
}

#[pymethods]
impl NativeEmulator {
    #[new]
    fn new(py: Python<'_>, setup: &str) -> PyResult<Self> {
        let stage = waited(py, Stage::start(setup))?;
        Ok(Self { stage: std::sync::Mutex::new(Some(Arc::new(stage))) })
    }

    /// Where Graph is served.
    #[getter]
    fn graph(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.stage(py)?.graph().to_owned())
    }

    /// Where it is controlled.
    #[getter]
    fn control(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.stage(py)?.control().to_owned())
    }

    /// A bearer token.
    fn token(&self, py: Python<'_>, who: &str) -> PyResult<String> {
        self.stage(py)?.token(who).map_err(|error| failure(py, &error))
    }

    /// A caller's access over Graph's wire.
    fn session(&self, py: Python<'_>, who: &str) -> PyResult<NativeSession> {
        let stage = self.stage(py)?;
        let session = waited(py, stage.session(who))?;
        Ok(NativeSession { session })
    }

    /// What goes wrong from now on.
    fn fault(&self, py: Python<'_>, fault: &str) -> PyResult<()> {
        self.stage(py)?.fault(fault).map_err(|error| failure(py, &error))
    }

    /// What was asked so far.
    fn requests(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.stage(py)?.requests())
    }

    /// The service's time.
    fn now(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.stage(py)?.now().to_string())
    }

    /// Moves its clock on.
    fn advance(&self, py: Python<'_>, length: &str) -> PyResult<String> {
        let length = length.parse::<Period>().map_err(|error| failure(py, &error.into()))?;
        Ok(self.stage(py)?.advance(length).to_string())
    }

    /// Stops it.
    fn close(&self) {
        self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    }
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<NativeSession>()?;
    module.add_class::<NativeCursor>()?;
    module.add_class::<NativeRows>()?;
    module.add_class::<NativeWorld>()?;
    module.add_class::<NativeEmulator>()?;
    module.add_class::<governance::NativeTenant>()?;
    module.add_function(wrap_pyfunction!(governance::judged, module)?)?;
    module.add_function(wrap_pyfunction!(governance::acted, module)?)?;
    module.add_function(wrap_pyfunction!(governance::act_async, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    let names = [
        "NativeCursor",
        "NativeEmulator",
        "NativeRows",
        "NativeSession",
        "NativeTenant",
        "NativeWorld",
        "__version__",
        "act",
        "act_async",
        "judge",
    ];
    module.add("__all__", PyList::new(module.py(), names)?)
}
