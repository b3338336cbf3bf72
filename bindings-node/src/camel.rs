//! The keys of a JSON text in camel case, as JavaScript has them.
//!
//! One pass over the text: a list of 100,000 grants has two million keys, and a tree of them would take longer than reading the list.

/// Turns `snake_case` keys into `camelCase`. Values stay as they are, and so does whatever stands under a key `raw`, which is
/// somebody else's JSON. What is no JSON comes out as it came in, more or less, and breaks nothing.
pub fn keys(json: &str) -> String {
    let bytes = json.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'"' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let end = end_of_text(bytes, at);
        let text = &bytes[at..end];
        if bytes.get(end) != Some(&b':') {
            out.extend_from_slice(text);
            at = end;
            continue;
        }
        out.extend(camel(text));
        at = end;
        if text == br#""raw""# {
            let end = end_of_value(bytes, at + 1);
            out.extend_from_slice(&bytes[at..end]);
            at = end;
        }
    }
    // Only whole characters were copied, and ASCII letters changed: the fall-back can't be reached.
    String::from_utf8(out).unwrap_or_else(|_| json.to_owned())
}

/// Behind the closing quotation mark of the text that opens here.
fn end_of_text(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Behind the value that begins here.
fn end_of_value(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0_usize, start);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = end_of_text(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn camel(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut upper = false;
    text.iter().filter_map(move |byte| match byte {
        b'_' => {
            upper = true;
            None
        }
        byte if std::mem::take(&mut upper) => Some(byte.to_ascii_uppercase()),
        byte => Some(*byte),
    })
}
