//! YAML 1.2, as far as a design needs it: comments, anchors and aliases are welcome; tags and merge keys are not.

use std::{collections::HashMap, rc::Rc};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Body, Broken, DEEPEST, MOST_NODES, Mark, Member, Node};

/// Reads one document.
pub(in super::super) fn read(text: &str) -> Result<Node, Broken> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| Broken {
            mark: (error.marker().line(), error.marker().col() + 1),
            message: format!("this is not YAML: {}", error.info()),
        })?;
        tree.take(event, mark(&span))?;
    }
    tree.root.ok_or_else(|| Broken {
        mark: (1, 1),
        message: "there is nothing here; write `version: 1`".to_owned(),
    })
}

fn mark(span: &Span) -> Mark {
    (span.start.line(), span.start.col() + 1)
}

#[derive(Default)]
struct Tree {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Anchored>>,
    nodes: usize,
}

struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

/// A list or map that is not closed yet.
struct Open {
    node: Node,
    anchor: usize,
    /// How many nodes there were before it.
    before: usize,
    /// How many levels there are below it so far.
    height: usize,
    /// The key that waits for its value.
    key: Option<(String, Mark)>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Broken> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.is_some(), mark)?;
                let body =
                    if style == ScalarStyle::Plain { plain(&text) } else { Body::Text(text.into_owned()) };
                self.count(1, mark)?;
                self.close(Node::new(mark, body), anchor, 1, 0)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(Body::List(Vec::new()), anchor, tag.is_some(), mark)
            }
            Event::MappingStart(anchor, tag) => self.open(Body::Map(Vec::new()), anchor, tag.is_some(), mark),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open.node, open.anchor, self.nodes - open.before, open.height),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let Some(anchored) = self.anchors.get(&anchor).map(Rc::clone) else {
                    return Err(broken(mark, "an alias to something that is not finished yet"));
                };
                self.count(anchored.size, mark)?;
                fits(self.open.len() + anchored.height, mark)?;
                self.close(anchored.node.clone(), 0, anchored.size, anchored.height)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(broken(mark, "a second document begins here; a design is one document"))
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, body: Body, anchor: usize, tagged: bool, mark: Mark) -> Result<(), Broken> {
        refuse_tag(tagged, mark)?;
        fits(self.open.len() + 1, mark)?;
        let before = self.nodes;
        self.count(1, mark)?;
        self.open.push(Open { node: Node::new(mark, body), anchor, before, height: 0, key: None });
        Ok(())
    }

    fn close(&mut self, node: Node, anchor: usize, size: usize, height: usize) -> Result<(), Broken> {
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::new(Anchored { node: node.clone(), size, height }));
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.height = parent.height.max(height + 1);
        match (&mut parent.node.body, parent.key.take()) {
            (Body::Map(members), Some((key, mark))) => members.push(Member { key, mark, value: node }),
            (Body::Map(_), None) => parent.key = Some((key(&node)?, node.mark)),
            (Body::List(items), _) => items.push(node),
            _ => {}
        }
        Ok(())
    }

    /// What aliases repeat counts each time, so a few lines can't fill the memory.
    fn count(&mut self, nodes: usize, mark: Mark) -> Result<(), Broken> {
        self.nodes += nodes;
        if self.nodes <= MOST_NODES { Ok(()) } else { Err(broken(mark, "this is larger than any design")) }
    }
}

fn fits(depth: usize, mark: Mark) -> Result<(), Broken> {
    if depth <= DEEPEST { Ok(()) } else { Err(broken(mark, "this is nested deeper than any design")) }
}

fn key(node: &Node) -> Result<String, Broken> {
    match &node.body {
        Body::Text(text) if text == "<<" => {
            Err(broken(node.mark, "merge keys (`<<`) are not read; write a template and name it"))
        }
        Body::Text(text) => Ok(text.clone()),
        _ => Err(broken(node.mark, &format!("a key is text, this is {}; put it in quotes", node.kind()))),
    }
}

fn refuse_tag(tagged: bool, mark: Mark) -> Result<(), Broken> {
    if tagged { Err(broken(mark, "tags (`!`) are not read; put text in quotes")) } else { Ok(()) }
}

fn broken(mark: Mark, message: &str) -> Broken {
    Broken { mark, message: message.to_owned() }
}

/// What a scalar without quotes is, by the core schema of YAML 1.2.
pub(in super::super) fn plain(text: &str) -> Body {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Body::Null,
        "true" | "True" | "TRUE" => return Body::Bool(true),
        "false" | "False" | "FALSE" => return Body::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Body::Number(text.to_owned()),
        _ => {}
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let radix = |digits: &str, radix| match i64::from_str_radix(digits, radix) {
        Ok(value) if !digits.starts_with(['+', '-']) => Some(Body::Integer(value)),
        _ => None,
    };
    if let Some(found) = text.strip_prefix("0x").and_then(|digits| radix(digits, 16)) {
        return found;
    }
    if let Some(found) = text.strip_prefix("0o").and_then(|digits| radix(digits, 8)) {
        return found;
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Body::Number(text.to_owned());
    }
    let looks_numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'))
        && unsigned.contains(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok();
    match text.parse() {
        Ok(value) => Body::Integer(value),
        Err(_) if looks_numeric => Body::Number(text.to_owned()),
        Err(_) => Body::Text(text.to_owned()),
    }
}
