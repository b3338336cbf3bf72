//! Reports over the sample tenant, and over one whose names are meant to do harm.

mod chromium;
mod formats;
mod hostile;
mod page;
mod samples;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element of a page.
struct Element(Handle);

impl Element {
    fn parse(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        assert!(dom.errors.borrow().is_empty(), "{:?}", dom.errors.borrow());
        Self(dom.document)
    }

    fn name(&self) -> String {
        match &self.0.data {
            NodeData::Element { name, .. } => name.local.to_string(),
            _ => String::new(),
        }
    }

    fn attributes(&self) -> Vec<(String, String)> {
        match &self.0.data {
            NodeData::Element { attrs, .. } => {
                let attrs = attrs.borrow();
                attrs.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string())).collect()
            }
            _ => Vec::new(),
        }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// All elements inside, in order.
    fn all(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut open = vec![self.0.clone()];
        while let Some(node) = open.pop() {
            open.extend(node.children.borrow().iter().rev().cloned());
            if matches!(node.data, NodeData::Element { .. }) {
                found.push(Self(node));
            }
        }
        found
    }

    fn named(&self, name: &str) -> Vec<Self> {
        self.all().into_iter().filter(|element| element.name() == name).collect()
    }

    fn id(&self, id: &str) -> Option<Self> {
        self.all().into_iter().find(|element| element.attribute("id").as_deref() == Some(id))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let mut open = vec![self.0.clone()];
        while let Some(node) = open.pop() {
            if let NodeData::Text { contents } = &node.data {
                text.push_str(&contents.borrow());
            }
            open.extend(node.children.borrow().iter().rev().cloned());
        }
        text
    }
}
