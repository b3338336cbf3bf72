//! Where each value of a JSON text stands.
//!
//! serde tells the place of what it reads and forgets it; a reference that leads nowhere is found later and
//! must still be shown where it was written.

use serde::de::IgnoredAny;

use super::error::{Place, Problem, ProblemKind};

/// Deeper than any seed, and shallow enough for every stack.
const DEEPEST: usize = 64;

/// A value and where it stands, in bytes.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Scalar,
    Array(Vec<Node>),
    Object(Vec<Member>),
}

/// A member of an object; `at` is where its name stands.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) at: usize,
    pub(super) value: Node,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl Node {
    /// Reads where everything stands.
    ///
    /// # Errors
    /// When the text is no JSON or nested too deeply.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let fault = |at: usize, message: String| Problem {
            place: Some(place(text, at)),
            ..Problem::new(ProblemKind::Syntax, "", message)
        };
        if text.trim().is_empty() {
            return Err(fault(
                0,
                "there is nothing here; a seed is an object: { \"version\": 1, ... }".to_owned(),
            ));
        }
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
            let start: usize =
                text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            fault(start + error.column().saturating_sub(1), format!("this is not JSON: {}", plain(&error)))
        })?;
        let mut scan = Scan { text, at: 0 };
        scan.value(0).map_err(|(at, message)| fault(at, message.to_owned()))
    }

    pub(super) fn child(&self, step: &Step<'_>) -> Option<&Self> {
        match (&self.body, step) {
            (Body::Array(items), Step::Index(index)) => items.get(*index),
            (Body::Object(members), Step::Name(name)) => {
                members.iter().find(|member| member.name == *name).map(|member| &member.value)
            }
            _ => None,
        }
    }

    /// The deepest value on the way that a path such as `users[3].manager` names.
    pub(super) fn locate(&self, path: &str) -> &Self {
        let mut node = self;
        for step in steps(path) {
            match node.child(&step) {
                Some(child) => node = child,
                None => break,
            }
        }
        node
    }
}

/// The steps of a path as it is printed.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split(['.', '[']).filter(|part| !part.is_empty()).map(|part| {
        match part.strip_suffix(']').and_then(|index| index.parse().ok()) {
            Some(index) => Step::Index(index),
            None => Step::Name(part),
        }
    })
}

/// Line and column of a byte.
pub(super) fn place(text: &str, at: usize) -> Place {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// serde_json's words without the place, which is told apart.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(&*text, |at| &text[..at]).to_owned()
}

/// Walks over a text that is known to be JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

type Fault = (usize, &'static str);

impl Scan<'_> {
    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        self.blank();
        let at = self.at;
        if depth > DEEPEST {
            return Err((at, "nested more than 64 deep; a seed never is"));
        }
        let body = match self.peek() {
            Some(b'{') => Body::Object(self.members(depth)?),
            Some(b'[') => Body::Array(self.items(depth)?),
            Some(b'"') => {
                self.string();
                Body::Scalar
            }
            _ => {
                while self
                    .peek()
                    .is_some_and(|b| !matches!(b, b',' | b'}' | b']') && !b.is_ascii_whitespace())
                {
                    self.at += 1;
                }
                Body::Scalar
            }
        };
        Ok(Node { at, end: self.at, body })
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        while self.more(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Fault> {
        let mut members = Vec::new();
        while self.more(b'}') {
            let at = self.at;
            self.string();
            let name = serde_json::from_str(&self.text[at..self.at])
                .map_err(|_| (at, "this name holds a broken character"))?;
            self.blank();
            self.at += 1; // the colon
            members.push(Member { name, at, value: self.value(depth + 1)? });
        }
        Ok(members)
    }

    /// Steps over an opening bracket or a comma to what follows, or over the closing bracket.
    fn more(&mut self, closing: u8) -> bool {
        self.blank();
        if self.peek() == Some(closing) {
            self.at += 1;
            return false;
        }
        self.at += 1;
        self.blank();
        if self.peek() == Some(closing) {
            self.at += 1;
            return false;
        }
        self.peek().is_some()
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_path() {
        let text = "{ \"a\": [ {},\n  {\"b\\u0063\": [1, \"x]\\\"\", true] , \"d\": -1.5e3} ] }";
        let tree = Node::read(text).unwrap();
        let found = |path| {
            let node = tree.locate(path);
            (&text[node.at..node.end], place(text, node.at))
        };
        assert_eq!(found("a[1].bc[1]"), ("\"x]\\\"\"", Place { line: 2, column: 19 }));
        assert_eq!(found("a[1].d"), ("-1.5e3", Place { line: 2, column: 40 }));
        assert_eq!(found("a[0].b"), ("{}", Place { line: 1, column: 10 }), "the deepest there is");
        assert_eq!(found("").1, Place { line: 1, column: 1 });
    }

    #[test]
    fn faults_tell_their_place() {
        let problem = Node::read("{\n  \"é\": [1,, 2]\n}").unwrap_err();
        assert_eq!(problem.place, Some(Place { line: 2, column: 11 }));
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(Node::read(&deep).unwrap_err().message, "nested more than 64 deep; a seed never is");
        assert_eq!(Node::read("").unwrap_err().place, Some(Place { line: 1, column: 1 }));
    }
}
