//! JSON with places. serde_json says whether it is JSON; where things stand is found in a second walk.

use serde::de::IgnoredAny;

use super::{Body, Broken, DEEPEST, Mark, Member, Node};

/// Reads one document.
pub(in super::super) fn read(text: &str) -> Result<Node, Broken> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let words = error.to_string();
        let words = words.rfind(" at line ").map_or(&*words, |at| &words[..at]);
        let message = format!("this is not JSON: {words}");
        Broken { mark: (error.line().max(1), error.column().max(1)), message }
    })?;
    let mut scan = Scan { text, at: 0, line: 1, line_start: 0 };
    scan.value(0)
}

/// Walks over a text that is known to be JSON.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Scan<'a> {
    fn value(&mut self, depth: usize) -> Result<Node, Broken> {
        self.blanks();
        let mark = self.mark();
        if depth > DEEPEST {
            return Err(Broken { mark, message: "this is nested deeper than any design".to_owned() });
        }
        let body = match self.peek() {
            b'{' => Body::Map(self.members(depth)?),
            b'[' => Body::List(self.items(depth)?),
            b'"' => Body::Text(self.string()?),
            _ => self.word(),
        };
        Ok(Node::new(mark, body))
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, Broken> {
        let mut members = Vec::new();
        while self.goes_on(b'}') {
            let mark = self.mark();
            let key = self.string()?;
            self.blanks();
            self.at += 1; // the colon
            members.push(Member { key, mark, value: self.value(depth + 1)? });
        }
        Ok(members)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Broken> {
        let mut items = Vec::new();
        while self.goes_on(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(items)
    }

    /// Steps over the opening or a comma; false, and past the end, at the end.
    fn goes_on(&mut self, end: u8) -> bool {
        self.blanks();
        if self.peek() != end {
            self.at += 1;
            self.blanks();
        }
        if self.peek() == end || self.at >= self.text.len() {
            self.at += 1;
            return false;
        }
        true
    }

    fn string(&mut self) -> Result<String, Broken> {
        let mark = self.mark();
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        // Half of a pair of escapes, which the walk before lets pass.
        serde_json::from_str(quoted).map_err(|_| Broken {
            mark,
            message: "this is not JSON: text with an escape that stands for no character".to_owned(),
        })
    }

    fn word(&mut self) -> Body {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let word: &'a str = &rest[..end];
        self.at += end;
        match word {
            "null" => Body::Null,
            "true" => Body::Bool(true),
            "false" => Body::Bool(false),
            number => number.parse().map_or_else(|_| Body::Number(number.to_owned()), Body::Integer),
        }
    }

    fn blanks(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.text.as_bytes().get(self.at) {
            self.at += 1;
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.at;
            }
        }
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn mark(&self) -> Mark {
        let before = self.text.get(self.line_start..self.at).unwrap_or_default();
        (self.line, before.chars().count() + 1)
    }
}
