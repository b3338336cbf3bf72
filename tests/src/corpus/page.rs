use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// One page of documentation: what it prints, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Page {
    /// The file's name without its ending.
    pub name: String,
    /// The examples that could be read.
    pub examples: Vec<Example>,
    /// What could not be read, and why. No side can pass a page that has any.
    pub faults: Vec<String>,
}

/// A request, a response, or both.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Example {
    /// Its place in the page, from 1.
    pub number: usize,
    /// The version of the API it belongs to: `v1.0` or `beta`.
    pub api: String,
    /// Whether only a part of the body is printed.
    pub is_fragment: bool,
    /// What is asked; absent where a page only shows an answer.
    pub request: Option<Request>,
    /// What is answered; absent where a page only shows what to send.
    pub response: Option<Response>,
}

/// A printed request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and options below the version, as printed; host and version are taken off.
    pub url: String,
    /// Headers by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; null where there is none.
    pub body: Value,
}

/// A printed response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The status, where the page prints one.
    pub status: Option<u16>,
    /// Headers by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; null where there is none.
    pub body: Value,
}

impl Page {
    /// Reads the text of a file. What is wrong in it stands in [`faults`](Self::faults).
    pub fn parse(name: &str, text: &[u8]) -> Self {
        let mut page = Self { name: name.to_owned(), ..Self::default() };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let file: Value = match serde_json::from_slice(text) {
            Ok(file) => file,
            Err(error) => {
                page.faults.push(format!("the file is not JSON: {error}"));
                return page;
            }
        };
        let Some(examples) = file["examples"].as_array() else {
            page.faults.push("the page has no list `examples`".to_owned());
            return page;
        };
        let api = file["api"].as_str().unwrap_or("v1.0");
        for (index, example) in examples.iter().enumerate() {
            match self::example(index + 1, api, example) {
                Ok(example) => page.examples.push(example),
                Err(why) => page.faults.push(format!("examples[{index}]{why}")),
            }
        }
        page
    }
}

impl Request {
    /// The path below the version, without a slash at its end.
    pub fn path(&self) -> &str {
        self.url.split('?').next().unwrap_or_default().trim_end_matches('/')
    }

    /// Name (with its `$`) and decoded value of every option. Options without a value are printing errors and
    /// are left out, as is whatever follows a `#`.
    pub fn options(&self) -> BTreeMap<String, String> {
        options(self.url.split_once('?').map_or("", |(_, options)| options))
    }
}

/// Name and decoded value of every option in the text behind the `?`.
pub fn options(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| {
            let name = percent_decode_str(name).decode_utf8_lossy();
            let name = if name.starts_with('$') { name.into_owned() } else { format!("${name}") };
            (name, percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
        .collect()
}

fn example(number: usize, api: &str, example: &Value) -> Result<Example, String> {
    if !example.is_object() {
        return Err(" is not an object".to_owned());
    }
    let mut api = example["api"].as_str().unwrap_or(api).to_owned();
    let request = match &example["request"] {
        Value::Null => None,
        request => Some(self::request(&mut api, request)?),
    };
    let response = match &example["response"] {
        Value::Null => None,
        response => Some(self::response(response)?),
    };
    Ok(Example { number, api, is_fragment: example["fragment"] == true, request, response })
}

fn request(api: &mut String, request: &Value) -> Result<Request, String> {
    let text = |name: &str| {
        request[name].as_str().map(str::trim).ok_or_else(|| format!(".request.{name} is not a text"))
    };
    let (method, printed) = (text("method")?.to_ascii_uppercase(), text("url")?);
    let below_host =
        printed.strip_prefix("https://").map_or(printed, |rest| rest.find('/').map_or("", |at| &rest[at..]));
    let mut url = below_host;
    for version in ["v1.0", "beta"] {
        let rest = below_host.trim_start_matches('/').strip_prefix(version);
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) {
            (*api, url) = (version.to_owned(), rest);
        }
    }
    if !url.starts_with('/') {
        return Err(".request.url is not a path".to_owned());
    }
    Ok(Request {
        method,
        url: url.to_owned(),
        headers: headers(&request["headers"]),
        body: request["body"].clone(),
    })
}

fn response(response: &Value) -> Result<Response, String> {
    let status = match &response["status"] {
        Value::Null => None,
        status => {
            let number = status.as_u64().and_then(|status| status.try_into().ok());
            Some(number.ok_or(".response.status is not a status")?)
        }
    };
    if !response.is_object() {
        return Err(".response is not an object".to_owned());
    }
    Ok(Response { status, headers: headers(&response["headers"]), body: response["body"].clone() })
}

fn headers(headers: &Value) -> BTreeMap<String, String> {
    let texts = headers.as_object().into_iter().flatten();
    texts.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page::parse("p", text.as_bytes())
    }

    #[test]
    fn host_and_version_come_off_and_the_version_counts() {
        let page = page(
            r#"{"api":"v1.0","examples":[
                {"request":{"method":"get","url":"https://graph.microsoft.com/beta/users/?$top=5&count=true&$orderbyx"}},
                {"request":{"method":"GET","url":"/v1.0/users"}},
                {"request":{"method":"GET","url":"/betamax"},"api":"beta"}]}"#,
        );
        assert_eq!(page.faults, Vec::<String>::new());
        let told: Vec<_> =
            page.examples.iter().map(|e| (&*e.api, e.request.as_ref().unwrap().path())).collect();
        assert_eq!(told, [("beta", "/users"), ("v1.0", "/users"), ("beta", "/betamax")]);
        let request = page.examples[0].request.as_ref().unwrap();
        assert_eq!(request.method, "GET");
        let options: Vec<_> = request.options().into_iter().collect();
        assert_eq!(options, [("$count".into(), "true".into()), ("$top".into(), "5".into())]);
    }

    #[test]
    fn what_is_broken_is_named_and_the_rest_is_read() {
        assert!(page("{").faults[0].starts_with("the file is not JSON"));
        assert_eq!(page("[]").faults, ["the page has no list `examples`"]);
        let page = page(
            r#"{"examples":[7,{"request":{"method":"GET"}},{"request":{"method":"GET","url":"users"}},
                {"response":{"status":"ok"}},{"response":[]},{"request":{"method":"POST","url":"/x"}}]}"#,
        );
        assert_eq!(
            page.faults,
            [
                "examples[0] is not an object",
                "examples[1].request.url is not a text",
                "examples[2].request.url is not a path",
                "examples[3].response.status is not a status",
                "examples[4].response is not an object",
            ]
        );
        assert_eq!(page.examples.len(), 1);
        assert!(page.examples[0].request.as_ref().unwrap().body.is_null());
    }
}
