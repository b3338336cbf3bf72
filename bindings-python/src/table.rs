//! Rows as Arrow columns, which polars, pandas, pyarrow and duckdb take as they are.

use std::{
    cell::OnceCell,
    fmt::{Display, Write},
    sync::{Arc, Mutex, PoisonError},
};

use arrow_array::{
    ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader,
    builder::{BooleanBuilder, Int64Builder, StringViewBuilder, TimestampMicrosecondBuilder},
    ffi_stream::FFI_ArrowArrayStream,
};
use arrow_schema::{Field, Schema};
use pim_bridge::Rows;
use pim_core::{
    error::{Error, ErrorKind, Result},
    principal::Principal,
    privilege::Privilege,
    schedule::{Assignment, Eligibility, Origin},
    time::Timestamp,
};
use pyo3::{prelude::*, types::PyCapsule};
use serde_json::Value;

use crate::run::failure;

/// Rows that were read, kept as they came.
#[pyclass(frozen, module = "pimkit._native")]
#[derive(Debug)]
pub(crate) struct NativeRows {
    rows: Rows,
}

impl From<Rows> for NativeRows {
    fn from(rows: Rows) -> Self {
        Self { rows }
    }
}

#[pymethods]
impl NativeRows {
    /// None.
    #[staticmethod]
    fn empty() -> Self {
        Self { rows: Rows::User(Vec::new()) }
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }

    /// The rows as one JSON array.
    fn json(&self, py: Python<'_>) -> String {
        py.detach(|| self.rows.json())
    }

    /// The rows as a stream of Arrow's C interface. A column is its name, its path through the JSON of a row, and its kind.
    fn stream<'py>(
        &self,
        py: Python<'py>,
        columns: Vec<(String, Vec<String>, String)>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = py.detach(|| batch(&self.rows, columns)).map_err(|error| failure(py, &error))?;
        let schema = batch.schema();
        let reader: Box<dyn RecordBatchReader + Send> =
            Box::new(RecordBatchIterator::new([Ok(batch)], schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
    }
}

/// Rows are gathered page by page; what can't be read of one is an error, as it is where rows are read one by one.
#[derive(Debug, Default)]
pub(crate) struct Gathered(Mutex<Option<Rows>>);

impl Gathered {
    pub(crate) fn add(&self, page: pim_bridge::Page) -> Result<()> {
        if let Some(row) = page.rejected.first() {
            let error =
                Error::new(ErrorKind::Malformed, format!("a row of the list can't be read: {}", row.reason));
            return Err(match &row.id {
                Some(id) => error.with_context("row", id.to_string()),
                None => error,
            });
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *all {
            Some(all) => all.append(page.rows)?,
            None => *all = Some(page.rows),
        }
        drop(all);
        Ok(())
    }

    /// What was gathered; `None` where not even an empty page came.
    pub(crate) fn rows(self) -> Option<NativeRows> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).map(NativeRows::from)
    }
}

fn batch(rows: &Rows, columns: Vec<(String, Vec<String>, String)>) -> Result<RecordBatch> {
    let wrong = |error: &dyn Display| Error::new(ErrorKind::Unexpected, format!("no columns: {error}"));
    let (json, mut fields, mut arrays) = (Generic::new(rows), Vec::new(), Vec::new());
    for (name, path, kind) in columns {
        let path = path.join(".");
        let array = match rows {
            Rows::Assignment(rows) => grants(rows, &path, &kind),
            Rows::Eligibility(rows) => grants(rows, &path, &kind),
            _ => None,
        };
        let array = match array {
            Some(array) => array,
            None => json.column(&path, &kind)?,
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| wrong(&error))
}

/// Texts of one column, each written once where they repeat.
struct Texts {
    builder: StringViewBuilder,
    buffer: String,
}

impl Texts {
    fn new() -> Self {
        Self { builder: StringViewBuilder::new().with_deduplicate_strings(), buffer: String::new() }
    }

    fn push(&mut self, text: Option<impl Display>) {
        let Some(text) = text else { return self.builder.append_null() };
        self.buffer.clear();
        // Writing to a text can't fail.
        let _ = write!(self.buffer, "{text}");
        self.builder.append_value(&self.buffer);
    }

    fn done(mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}

fn texts<T>(rows: &[T], of: impl Fn(&T) -> Option<&dyn Display>) -> Option<ArrayRef> {
    let mut texts = Texts::new();
    rows.iter().for_each(|row| texts.push(of(row)));
    Some(texts.done())
}

fn instants(all: impl Iterator<Item = Option<Timestamp>>) -> ArrayRef {
    let mut builder = TimestampMicrosecondBuilder::new();
    all.for_each(|at| builder.append_option(at.map(Timestamp::unix_microseconds)));
    Arc::new(builder.finish().with_timezone("UTC"))
}

/// What eligibilities and assignments have in common.
trait Grant {
    fn field(&self, path: &str) -> Option<&dyn Display>;
    fn window(&self) -> pim_core::time::Window;
    fn has_condition(&self) -> bool;
}

macro_rules! grant {
    ($name:ident, $origin:expr) => {
        impl Grant for $name {
            fn field(&self, path: &str) -> Option<&dyn Display> {
                let (holder, origin) = (self.holder.as_deref(), $origin);
                Some(match path {
                    "id" => &self.id,
                    "instance" => self.instance.as_ref()?,
                    "principal" => &self.principal,
                    "via" => &self.via,
                    "origin" => origin(self),
                    "role_name" => &self.role.as_ref()?.name,
                    "holder.id" => &holder?.id,
                    "holder.kind" => &holder?.kind,
                    "holder.name" => shown(holder?, |holder| holder.name.as_ref())?,
                    "holder.sign_in_name" => shown(holder?, |holder| holder.sign_in_name.as_ref())?,
                    _ => return privilege(&self.privilege, path),
                })
            }

            fn window(&self) -> pim_core::time::Window {
                self.window
            }

            fn has_condition(&self) -> bool {
                self.condition.is_some()
            }
        }
    };
}

grant!(Eligibility, |_: &Eligibility| -> &'static dyn Display { &"" });
grant!(Assignment, origin);

fn origin(assignment: &Assignment) -> &dyn Display {
    match &assignment.origin {
        Origin::Assigned => &"assigned",
        Origin::Activated { .. } => &"activated",
        _ => &"unknown",
    }
}

fn shown<'a>(
    holder: &'a Principal,
    of: impl Fn(&'a Principal) -> Option<&'a pim_core::sensitive::Sensitive<String>>,
) -> Option<&'a dyn Display> {
    Some(of(holder)?.expose())
}

fn privilege<'a>(privilege: &'a Privilege, path: &str) -> Option<&'a dyn Display> {
    Some(match (path, privilege) {
        ("privilege.type", Privilege::DirectoryRole { .. }) => &"directory_role",
        ("privilege.type", Privilege::AzureRole { .. }) => &"azure_role",
        ("privilege.type", Privilege::Group { .. }) => &"group",
        ("privilege.role", Privilege::DirectoryRole { role, .. } | Privilege::AzureRole { role, .. }) => role,
        ("privilege.scope", Privilege::DirectoryRole { scope, .. }) => scope,
        ("privilege.scope", Privilege::AzureRole { scope, .. }) => scope,
        ("privilege.group", Privilege::Group { group, .. }) => group,
        ("privilege.access", Privilege::Group { access, .. }) => access,
        _ => return None,
    })
}

/// A column of grants, without going through JSON; `None` for one that is not known here.
fn grants<T: Grant>(rows: &[T], path: &str, kind: &str) -> Option<ArrayRef> {
    match (path, kind) {
        ("window.start", _) => Some(instants(rows.iter().map(|row| row.window().start()))),
        ("window.end", _) => Some(instants(rows.iter().map(|row| row.window().end()))),
        // Rare, and then as any other field.
        (path, _) if path.starts_with("condition") => {
            if rows.iter().any(Grant::has_condition) {
                return None;
            }
            texts(rows, |_| None)
        }
        (
            "id"
            | "instance"
            | "principal"
            | "via"
            | "origin"
            | "role_name"
            | "holder.id"
            | "holder.kind"
            | "holder.name"
            | "holder.sign_in_name"
            | "privilege.type"
            | "privilege.role"
            | "privilege.scope"
            | "privilege.group"
            | "privilege.access",
            _,
        ) => texts(rows, |row| row.field(path)),
        _ => None,
    }
}

/// Columns of any rows, through their JSON.
struct Generic<'a> {
    rows: &'a Rows,
    read: OnceCell<Vec<Value>>,
}

impl<'a> Generic<'a> {
    const fn new(rows: &'a Rows) -> Self {
        Self { rows, read: OnceCell::new() }
    }

    fn column(&self, path: &str, kind: &str) -> Result<ArrayRef> {
        let rows = self.read.get_or_init(|| match serde_json::to_value(self.rows) {
            Ok(Value::Array(rows)) => rows,
            _ => Vec::new(),
        });
        let steps: Vec<&str> = path.split('.').collect();
        let cells = rows.iter().map(|row| {
            steps.iter().try_fold(row, |value, step| value.get(step)).filter(|value| !value.is_null())
        });
        Ok(match kind {
            "bool" => {
                let mut builder = BooleanBuilder::new();
                cells.for_each(|cell| builder.append_option(cell.and_then(Value::as_bool)));
                Arc::new(builder.finish())
            }
            "int" => {
                let mut builder = Int64Builder::new();
                cells.for_each(|cell| builder.append_option(cell.and_then(Value::as_i64)));
                Arc::new(builder.finish())
            }
            "instant" => instants(cells.map(|cell| cell?.as_str()?.parse().ok())),
            "word" => text_column(cells, |cell| match cell {
                Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
                other => as_text(other),
            }),
            "text" => text_column(cells, as_text),
            _ => return Err(Error::new(ErrorKind::Unexpected, format!("no columns hold `{kind}`"))),
        })
    }
}

fn text_column<'a>(
    cells: impl Iterator<Item = Option<&'a Value>>,
    text: impl Fn(&Value) -> String,
) -> ArrayRef {
    let mut texts = Texts::new();
    cells.for_each(|cell| texts.push(cell.map(&text)));
    texts.done()
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
