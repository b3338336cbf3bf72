//! The emulator, for JavaScript.

use std::sync::{Arc, Mutex, PoisonError};

use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;
use pim_bridge::Stage;
use pim_core::{
    error::{Error, ErrorKind},
    time::Period,
};

use crate::{NativeCancel, NativeSession, failure, promise};

/// A server that speaks as Microsoft Graph does. It stops when it is closed or let go.
#[napi]
pub struct NativeEmulator {
    stage: Mutex<Option<Arc<Stage>>>,
}

impl NativeEmulator {
    fn stage(&self) -> napi::Result<Arc<Stage>> {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        stage.clone().ok_or_else(|| {
            failure(&Error::new(ErrorKind::InvalidInput, "the emulator is closed: start another one"))
        })
    }
}

#[napi]
impl NativeEmulator {
    /// Starts one.
    #[napi]
    pub fn start<'env>(
        env: &'env Env,
        setup: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, NativeEmulator>> {
        promise(env, cancel, async move {
            Ok(Self { stage: Mutex::new(Some(Arc::new(Stage::start(&setup).await?))) })
        })
    }

    /// Where Graph is served.
    #[napi(getter)]
    pub fn graph(&self) -> napi::Result<String> {
        Ok(self.stage()?.graph().to_owned())
    }

    /// Where it is controlled.
    #[napi(getter)]
    pub fn control(&self) -> napi::Result<String> {
        Ok(self.stage()?.control().to_owned())
    }

    /// A bearer token.
    #[napi]
    pub fn token(&self, who: String) -> napi::Result<String> {
        self.stage()?.token(&who).map_err(|error| failure(&error))
    }

    /// A caller's access over Graph's wire.
    #[napi]
    pub fn session<'env>(
        &self,
        env: &'env Env,
        who: String,
        cancel: Option<&NativeCancel>,
    ) -> napi::Result<PromiseRaw<'env, NativeSession>> {
        let stage = self.stage()?;
        promise(env, cancel, async move { Ok(NativeSession { session: stage.session(&who).await? }) })
    }

    /// What goes wrong from now on.
    #[napi]
    pub fn fault(&self, fault: String) -> napi::Result<()> {
        self.stage()?.fault(&fault).map_err(|error| failure(&error))
    }

    /// What was asked so far.
    #[napi]
    pub fn requests(&self) -> napi::Result<String> {
        Ok(self.stage()?.requests())
    }

    /// The service's time.
    #[napi]
    pub fn now(&self) -> napi::Result<String> {
        Ok(self.stage()?.now().to_string())
    }

    /// Moves its clock on.
    #[napi]
    pub fn advance(&self, length: String) -> napi::Result<String> {
        let length = length.parse::<Period>().map_err(|error| failure(&error.into()))?;
        Ok(self.stage()?.advance(length).to_string())
    }

    /// Stops it.
    #[napi]
    pub fn close(&self) {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
