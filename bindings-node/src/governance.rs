//! Snapshots, what is computed from them, and what is done by plan.

use std::sync::{Arc, mpsc::sync_channel};

use napi::{
    Env, Status,
    bindgen_prelude::{ClassInstance, PromiseRaw},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use pim_bridge::{Session, Tell, Tenant, act, judge};
use pim_core::error::{Error, ErrorKind, Result};
use tokio::task::{block_in_place, spawn_blocking};

use crate::{NativeCancel, NativeSession, camel, promise};

/// A function of JavaScript's that is told a fact as JSON and answers whether to go on. It does not keep the process alive.
type Observe = ThreadsafeFunction<String, bool, String, Status, false, true>;

/// Tells JavaScript, and waits for its answer; where it can't be asked any more, nothing more is begun.
fn told(observe: Option<Observe>) -> impl Fn(String) -> bool + Send + Sync + 'static {
    let observe = observe.map(Arc::new);
    move |fact| {
        let Some(observe) = &observe else { return true };
        let (answer, heard) = sync_channel(1);
        let asked = observe.call_with_return_value(
            camel::keys(&fact),
            ThreadsafeFunctionCallMode::NonBlocking,
            move |go_on, _| {
                let _ = answer.send(go_on.unwrap_or(false));
                Ok(())
            },
        );
        asked == Status::Ok && block_in_place(|| heard.recv()).unwrap_or(false)
    }
}

/// What takes long to compute, beside the event loop.
async fn computed<T: Send + 'static>(compute: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let broke_off = |error| Error::new(ErrorKind::Unexpected, "the computation broke off").with_source(error);
    spawn_blocking(compute).await.map_err(broke_off)?
}

/// A tenant, as it was read.
#[napi]
pub struct NativeTenant {
    tenant: Tenant,
}

#[napi]
impl NativeTenant {
    /// Reads a tenant.
    #[napi]
    pub fn discover<'env>(
        env: &'env Env,
        session: &NativeSession,
        options: String,
        observe: Option<Observe>,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, NativeTenant>> {
        let (session, tell) = (session.session.clone(), told(observe));
        promise(env, cancel, async move {
            let tenant = Tenant::discover(&session, &options, move |fact| {
                tell(fact);
            });
            Ok(Self { tenant: tenant.await? })
        })
    }

    /// Reads a file.
    #[napi]
    pub fn load<'env>(
        env: &'env Env,
        path: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, NativeTenant>> {
        promise(env, cancel, computed(move || Ok(Self { tenant: Tenant::load(path)? })))
    }

    /// Writes a file.
    #[napi]
    pub fn save<'env>(
        &self,
        env: &'env Env,
        path: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, ()>> {
        let tenant = self.tenant.clone();
        promise(env, cancel, computed(move || tenant.save(path)))
    }

    /// What it is, as JSON.
    #[napi]
    pub fn about(&self) -> String {
        camel::keys(&self.tenant.about())
    }

    /// The rows of a table, as JSON.
    #[napi]
    pub fn table<'env>(
        &self,
        env: &'env Env,
        name: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, String>> {
        let tenant = self.tenant.clone();
        promise(env, cancel, computed(move || Ok(camel::keys(&tenant.table(&name)?.json()))))
    }
}

/// Computes something by its name; the answer is JSON in the SDK's own names, which is what files hold.
#[napi(js_name = "judge")]
pub fn judged<'env>(
    env: &'env Env,
    verb: String,
    arguments: String,
    tenants: Vec<ClassInstance<'_, NativeTenant>>,
    cancel: Option<&NativeCancel>,
) -> napi::Result<PromiseRaw<'env, String>> {
    let tenants: Vec<Tenant> = tenants.iter().map(|tenant| tenant.tenant.clone()).collect();
    promise(env, cancel, computed(move || judge(&verb, &arguments, &tenants)))
}

/// The same at once, for what is quick and needs no snapshot.
#[napi]
pub fn judge_now(verb: String, arguments: String) -> napi::Result<String> {
    judge(&verb, &arguments, &[]).map_err(|error| crate::failure(&error))
}

/// Does something by its name; the answer is JSON in the SDK's own names.
#[napi(js_name = "act")]
pub fn acted<'env>(
    env: &'env Env,
    verb: String,
    arguments: String,
    clients: Vec<ClassInstance<'_, NativeSession>>,
    observe: Option<Observe>,
    cancel: Option<&NativeCancel>,
) -> napi::Result<PromiseRaw<'env, String>> {
    let sessions: Vec<Session> = clients.iter().map(|client| client.session.clone()).collect();
    let tell = Tell::new(told(observe));
    promise(env, cancel, async move { act(&verb, &arguments, &sessions, tell).await })
}

/// The SDK's JSON under the names of JavaScript.
#[napi(js_name = "camel")]
pub fn camelled(json: String) -> String {
    camel::keys(&json)
}
