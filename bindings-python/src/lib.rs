//! The native module of `pimkit`: sessions by name and JSON, as `pim-bridge` offers them. Everything that Python users see is in
//! the package's own Python files.

mod run;

use std::sync::Arc;

use pim_bridge::{Page, Session, World};
use pim_core::time::Period;
use pyo3::{prelude::*, types::PyList};
use tokio::sync::Mutex;

use self::run::{awaited, failure, waited};

/// One caller's access.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
struct NativeSession {
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

#[pymethods]
impl NativeCursor {
    /// The next page; `None` at the end.
    fn next_page(&self, py: Python<'_>) -> PyResult<Option<Told>> {
        waited(py, async { Ok(self.cursor.lock().await.next_page().await?.map(Told::from)) })
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

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<NativeSession>()?;
    module.add_class::<NativeCursor>()?;
    module.add_class::<NativeWorld>()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add(
        "__all__",
        PyList::new(module.py(), ["NativeCursor", "NativeSession", "NativeWorld", "__version__"])?,
    )
}
