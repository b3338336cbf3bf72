//! Futures under Python: waited for without the interpreter, or handed to its event loop.

use std::{future::Future, pin::pin, sync::OnceLock, time::Duration};

use pim_bridge::Envelope;
use pim_core::error::{Error, ErrorKind, Result};
use pyo3::{IntoPyObject, prelude::*};
use tokio::runtime::{Builder, Runtime};

/// How often a call that takes long looks whether Ctrl-C was pressed.
const SIGNALS: Duration = Duration::from_millis(50);

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let made =
        || Builder::new_multi_thread().worker_threads(2).thread_name("pimkit").enable_all().build().ok();
    RUNTIME.get_or_init(made).as_ref().ok_or_else(|| {
        Error::new(ErrorKind::Unavailable, "the system gives no threads to run on: free some, and try again")
    })
}

/// Waits for a future while other Python threads run. Ctrl-C drops it and is raised.
pub(crate) fn waited<T: Send>(py: Python<'_>, future: impl Future<Output = Result<T>> + Send) -> PyResult<T> {
    let runtime = runtime().map_err(|error| failure(py, &error))?;
    let outcome = py.detach(|| {
        runtime.block_on(async {
            let mut future = pin!(future);
            loop {
                tokio::select! {
                    biased;
                    outcome = &mut future => return Ok(outcome),
                    () = tokio::time::sleep(SIGNALS) => Python::attach(|py| py.check_signals())?,
                }
            }
        })
    });
    outcome.and_then(|outcome: Result<T>| outcome.map_err(|error| failure(py, &error)))
}

/// A future as an awaitable of the running event loop. Cancelling it drops the future.
pub(crate) fn awaited<'py, T>(
    py: Python<'py>,
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    awaited_with(py, future, Ok)
}

/// The same, with what comes of it made in Python's terms.
pub(crate) fn awaited_with<'py, T, U>(
    py: Python<'py>,
    future: impl Future<Output = Result<T>> + Send + 'static,
    make: impl FnOnce(T) -> PyResult<U> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: Send,
    U: for<'a> IntoPyObject<'a> + Send + 'static,
{
    let runtime = runtime().map_err(|error| failure(py, &error))?;
    // An error means that somebody was first, which is as good.
    let _ = pyo3_async_runtimes::tokio::init_with_runtime(runtime);
    pyo3_async_runtimes::tokio::future_into_py(py, async move {
        let outcome = future.await.map_err(|error| Python::attach(|py| failure(py, &error)));
        outcome.and_then(make)
    })
}

/// An error as an instance of its class in Python: the one place where errors cross.
pub(crate) fn failure(py: Python<'_>, error: &Error) -> PyErr {
    let made = || {
        let module = py.import("pimkit._errors")?;
        module.getattr("from_envelope")?.call1((Envelope::from(error).json(),))
    };
    made().map_or_else(|error| error, PyErr::from_value)
}
