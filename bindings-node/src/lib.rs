//! The native module of `pimkit` for Node: sessions by name and JSON, as `pim-bridge` offers them. Everything that users see is in
//! the package's own TypeScript files.

mod camel;
mod credential;
mod emulator;
mod governance;

use std::{
    future::Future,
    sync::{Arc, Mutex as StdMutex, PoisonError},
};

use futures::future::{AbortHandle, AbortRegistration, Abortable};
use napi::{
    Env,
    bindgen_prelude::{PromiseRaw, ToNapiValue},
};
use napi_derive::napi;
use pim_bridge::{Cursor, Envelope, Page, Session, World, access};
use pim_core::{
    error::{Error, ErrorKind, Result},
    time::Period,
};
use tokio::sync::Mutex;

use self::credential::{AskJavaScript, tokens};

/// An error as the JSON of an `Envelope`, which the façade makes a `PimError` of.
pub(crate) fn failure(error: &Error) -> napi::Error {
    napi::Error::from_reason(camel::keys(&Envelope::from(error).json()))
}

/// Lets go of one call.
#[napi]
pub struct NativeCancel {
    handle: AbortHandle,
    registration: StdMutex<Option<AbortRegistration>>,
}

#[napi]
impl NativeCancel {
    /// Not cancelled yet.
    #[napi(constructor)]
    #[allow(clippy::new_without_default)] // made by JavaScript only
    pub fn new() -> Self {
        let (handle, registration) = AbortHandle::new_pair();
        Self { handle, registration: StdMutex::new(Some(registration)) }
    }

    /// Drops the call, if it still runs.
    #[napi]
    pub fn cancel(&self) {
        self.handle.abort();
    }
}

/// A future as a promise; cancelled, it is refused with the kind `cancelled`.
pub(crate) fn promise<'env, T, F>(
    env: &'env Env,
    cancel: Option<&NativeCancel>,
    future: F,
) -> napi::Result<PromiseRaw<'env, T>>
where
    T: 'static + Send + ToNapiValue,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let registration = cancel
        .and_then(|cancel| cancel.registration.lock().unwrap_or_else(PoisonError::into_inner).take())
        .unwrap_or_else(|| AbortHandle::new_pair().1);
    env.spawn_future(async move {
        let gave_up =
            || Error::new(ErrorKind::Cancelled, "the call was cancelled; what was sent may have been done");
        let outcome = Abortable::new(future, registration).await.unwrap_or_else(|_| Err(gave_up()));
        outcome.map_err(|error| failure(&error))
    })
}

/// One caller's access.
#[napi]
pub struct NativeSession {
    pub(crate) session: Session,
}

#[napi]
impl NativeSession {
    /// Calls a method; the answer is JSON.
    #[napi]
    pub fn call<'env>(
        &self,
        env: &'env Env,
        method: String,
        arguments: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        promise(env, cancel, async move { Ok(camel::keys(&session.call(&method, &arguments).await?)) })
    }

    /// A caller's access to Microsoft Graph. `ask` takes scopes and claims as JSON and promises a token as JSON.
    #[napi]
    pub fn graph<'env>(
        env: &'env Env,
        setup: String,
        ask: AskJavaScript,
        speaks_for: Option<String>,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, NativeSession>> {
        let access = access(speaks_for.as_deref()).map_err(|error| failure(&error))?;
        let tokens = tokens(ask, access);
        promise(env, cancel, async move { Ok(Self { session: Session::graph(&setup, tokens).await? }) })
    }

    /// What the token, the licences and the cloud do not allow.
    #[napi]
    pub fn preflight<'env>(
        &self,
        env: &'env Env,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        promise(env, cancel, async move { Ok(camel::keys(&session.preflight().await?)) })
    }

    /// The same access with more protected.
    #[napi]
    pub fn guarding(&self, safeguards: String) -> napi::Result<NativeSession> {
        Ok(Self { session: self.session.guarding(&safeguards).map_err(|error| failure(&error))? })
    }

    /// Opens a list.
    #[napi]
    pub fn list(&self, method: String, arguments: String) -> napi::Result<NativeCursor> {
        let cursor = self.session.list(&method, &arguments).map_err(|error| failure(&error))?;
        Ok(NativeCursor { cursor: Arc::new(Mutex::new(cursor)) })
    }
}

/// A list that is being read.
#[napi]
pub struct NativeCursor {
    cursor: Arc<Mutex<Cursor>>,
}

#[napi]
impl NativeCursor {
    /// The next page as JSON; `null` at the end.
    #[napi]
    pub fn next_page<'env>(
        &self,
        env: &'env Env,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, Option<String>>> {
        let cursor = Arc::clone(&self.cursor);
        promise(
            env,
            cancel,
            async move { Ok(cursor.lock().await.next_page().await?.map(|page| told(&page))) },
        )
    }
}

fn told(page: &Page) -> String {
    let rejected: Vec<_> =
        page.rejected.iter().map(|row| serde_json::json!({ "id": row.id, "reason": row.reason })).collect();
    let rejected = serde_json::Value::from(rejected);
    let resume = serde_json::Value::from(page.resume.as_ref().map(|place| place.as_str()));
    format!(r#"{{"items":{},"rejected":{rejected},"continuation":{resume}}}"#, camel::keys(&page.rows.json()))
}

/// A whole PIM service in this process.
#[napi]
pub struct NativeWorld {
    world: World,
}

#[napi]
impl NativeWorld {
    /// A service as described.
    #[napi(constructor)]
    pub fn new(setup: String) -> napi::Result<Self> {
        Ok(Self { world: World::embedded(&setup).map_err(|error| failure(&error))? })
    }

    /// A caller's access.
    #[napi]
    pub fn session(&self, who: String) -> napi::Result<NativeSession> {
        Ok(NativeSession { session: self.world.session(&who).map_err(|error| failure(&error))? })
    }

    /// The service's time.
    #[napi]
    pub fn now(&self) -> String {
        self.world.now().to_string()
    }

    /// Moves a virtual clock on.
    #[napi]
    pub fn advance(&self, length: String) -> napi::Result<String> {
        let length = length.parse::<Period>().map_err(|error| failure(&error.into()))?;
        Ok(self.world.advance(length).map_err(|error| failure(&error))?.to_string())
    }
}
