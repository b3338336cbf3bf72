//! One caller's access, by name.

use pim_core::{
    client::{Client, Safeguards},
    error::Result,
};
use pim_graph::GraphBackend;

use crate::{arguments::read, call, cursor::Cursor};

/// A [`Client`] whose methods are called by their names. Cheap to clone; clones guard together.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    graph: Option<GraphBackend>,
}

impl Session {
    /// A session over a client.
    pub const fn new(client: Client) -> Self {
        Self { client, graph: None }
    }

    pub(crate) fn with_graph(self, graph: GraphBackend) -> Self {
        Self { graph: Some(graph), ..self }
    }

    pub(crate) const fn over_graph(&self) -> Option<&GraphBackend> {
        self.graph.as_ref()
    }

    /// The client itself.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The same access with more protected: `{"break_glass": […], "min_administrators": 2}`.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read.
    pub fn guarding(&self, safeguards: &str) -> Result<Self> {
        let more: Safeguards = read("guarding", safeguards)?;
        Ok(Self { client: self.client.guarding(more), graph: self.graph.clone() })
    }

    /// Calls a method that answers once; `null` where it answers nothing.
    ///
    /// # Errors
    /// `InvalidInput` for a name or arguments that can't be read; else those of the method.
    pub async fn call(&self, method: &str, arguments: &str) -> Result<String> {
        call::call(&self.client, method, arguments).await
    }

    /// Opens a list.
    ///
    /// # Errors
    /// `InvalidInput` for a name or arguments that can't be read. What the service says comes with the first page.
    pub fn list(&self, method: &str, arguments: &str) -> Result<Cursor> {
        call::list(&self.client, method, arguments)
    }
}
