//! Snapshots, what is computed from them, and what is done by plan.

use std::sync::{Arc, Mutex, PoisonError};

use pim_bridge::{Session, Tell, Tenant, act, judge};
use pyo3::prelude::*;

use crate::{
    NativeSession,
    run::{awaited_with, failure, waited},
    table::NativeRows,
};

/// A tenant, as it was read.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Clone, Debug)]
pub(crate) struct NativeTenant {
    tenant: Tenant,
}

/// Whom progress is told, and what they raised.
#[derive(Clone, Default)]
struct Observer {
    function: Option<Arc<Py<PyAny>>>,
    raised: Arc<Mutex<Option<PyErr>>>,
}

impl Observer {
    fn new(function: Option<Py<PyAny>>) -> Self {
        Self { function: function.map(Arc::new), raised: Arc::default() }
    }

    /// False once something was raised, or the answer was `False`.
    fn tell(&self, fact: &str) -> bool {
        let Some(function) = &self.function else { return true };
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_some() {
            return false;
        }
        Python::attach(|py| match function.call1(py, (fact,)) {
            Ok(answer) => answer.extract::<bool>(py).unwrap_or(true),
            Err(error) => {
                *raised = Some(error);
                false
            }
        })
    }

    /// What was raised is the outcome.
    fn outcome<T>(&self, value: T) -> PyResult<T> {
        match self.raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(value),
        }
    }
}

#[pymethods]
impl NativeTenant {
    /// Reads a tenant.
    #[staticmethod]
    fn discover(
        py: Python<'_>,
        session: &NativeSession,
        options: &str,
        observe: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let observer = Observer::new(observe);
        let told = observer.clone();
        let tenant = waited(
            py,
            Tenant::discover(&session.session, options, move |fact| {
                told.tell(&fact);
            }),
        )?;
        observer.outcome(Self { tenant })
    }

    /// The same; an awaitable.
    #[staticmethod]
    fn discover_async<'py>(
        py: Python<'py>,
        session: &NativeSession,
        options: String,
        observe: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (observer, session) = (Observer::new(observe), session.session.clone());
        let told = observer.clone();
        let read = async move {
            Tenant::discover(&session, &options, move |fact| {
                told.tell(&fact);
            })
            .await
        };
        awaited_with(py, read, move |tenant| observer.outcome(Self { tenant }))
    }

    /// Reads a file.
    #[staticmethod]
    fn load(py: Python<'_>, path: &str) -> PyResult<Self> {
        let tenant = py.detach(|| Tenant::load(path)).map_err(|error| failure(py, &error))?;
        Ok(Self { tenant })
    }

    /// Writes a file.
    fn save(&self, py: Python<'_>, path: &str) -> PyResult<()> {
        py.detach(|| self.tenant.save(path)).map_err(|error| failure(py, &error))
    }

    /// What it is, as JSON.
    fn about(&self) -> String {
        self.tenant.about()
    }

    /// The rows of a table.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<NativeRows> {
        py.detach(|| self.tenant.table(name)).map(NativeRows::from).map_err(|error| failure(py, &error))
    }
}

/// Computes something by its name.
#[pyfunction]
#[pyo3(name = "judge")]
pub(crate) fn judged(
    py: Python<'_>,
    verb: &str,
    arguments: &str,
    tenants: Vec<PyRef<'_, NativeTenant>>,
) -> PyResult<String> {
    let tenants: Vec<Tenant> = tenants.iter().map(|tenant| tenant.tenant.clone()).collect();
    py.detach(|| judge(verb, arguments, &tenants)).map_err(|error| failure(py, &error))
}

fn sessions(all: &[PyRef<'_, NativeSession>]) -> Vec<Session> {
    all.iter().map(|session| session.session.clone()).collect()
}

/// Does something by its name, and waits.
#[pyfunction]
#[pyo3(name = "act")]
pub(crate) fn acted(
    py: Python<'_>,
    verb: &str,
    arguments: &str,
    clients: Vec<PyRef<'_, NativeSession>>,
    observe: Option<Py<PyAny>>,
) -> PyResult<String> {
    let (observer, sessions) = (Observer::new(observe), sessions(&clients));
    let told = observer.clone();
    let tell = Tell::new(move |fact| told.tell(&fact));
    let outcome = waited(py, act(verb, arguments, &sessions, tell))?;
    observer.outcome(outcome)
}

/// The same; an awaitable.
#[pyfunction]
pub(crate) fn act_async<'py>(
    py: Python<'py>,
    verb: String,
    arguments: String,
    clients: Vec<PyRef<'_, NativeSession>>,
    observe: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let (observer, sessions) = (Observer::new(observe), sessions(&clients));
    let told = observer.clone();
    let tell = Tell::new(move |fact| told.tell(&fact));
    let done = async move { act(&verb, &arguments, &sessions, tell).await };
    awaited_with(py, done, move |outcome| observer.outcome(outcome))
}
