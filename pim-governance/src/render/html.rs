//! One HTML page that needs nothing but itself.

use base64::{Engine, engine::general_purpose::STANDARD};
use minijinja::{
    AutoEscape, Environment, context,
    value::{Serde, Value},
};
use sha2::{Digest, Sha256};

use super::{
    chart,
    document::{Block, Document},
    error::RenderError,
    markdown::blocks_on_lines_of_their_own,
    templates::{Template, Templates},
};

const NAME: &str = Template::Html.file_name();

pub(super) fn write(mut document: Document, templates: &Templates) -> Result<String, RenderError> {
    for block in document.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Chart(chart) = block {
            chart.svg = chart::draw(chart).map(|(inside, width, height)| super::document::Svg {
                inside,
                width,
                height,
            });
        }
    }
    let fail = |error: minijinja::Error| RenderError::template(NAME, &error);
    let style = inline(templates, Template::Style, "</style")?;
    let script = inline(templates, Template::Script, "</script")?;
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let mut env = Environment::new();
    env.set_syntax(blocks_on_lines_of_their_own().map_err(fail)?);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.add_template(NAME, templates.text(Template::Html)).map_err(fail)?;
    let report = Value::from(Serde(&document));
    env.get_template(NAME)
        .and_then(|template| template.render(context! { report, policy, style, script }))
        .map_err(fail)
}

/// A style or script as it stands in the page. Browsers hash what they read, line ends made one kind.
fn inline(templates: &Templates, template: Template, end: &str) -> Result<String, RenderError> {
    let text = templates.text(template).replace("\r\n", "\n").replace('\r', "\n");
    if text.to_ascii_lowercase().contains(end) {
        let problem = format!("holds {end}, which would end it in the middle");
        return Err(RenderError::Template { name: template.file_name(), line: None, problem });
    }
    Ok(text)
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
