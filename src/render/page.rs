//! Pages: one file with its style and script, which makes no network requests.
//!
//! Invariant: all content from data passes [`shown`] and the engine's escaping, at one place for all templates. The
//! browser may run only our own script, identified by its checksum.

use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, Output, State, context, escape_formatter};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::base::safe;
use crate::diff::{Word, WordSide};
use crate::view::Tone;

/// The style of all pages.
pub(crate) const STYLE: &str = include_str!("html/style.css");

/// How all pages find text.
pub(crate) const SEARCH: &str = include_str!("html/search.js");

/// Writes a page: a template with its styles and scripts, filled with a value.
pub(crate) fn write(
    template: &str,
    styles: &[&str],
    scripts: &[&str],
    page: &impl Serialize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let html = rendered(template, &inlined(styles), &inlined(scripts), page).map_err(io::Error::other)?;
    out.write_all(html.as_bytes())
}

/// Fills a template of XML, with everything from data escaped.
pub(crate) fn xml(template: &str, values: Value) -> io::Result<String> {
    let mut environment = environment().map_err(io::Error::other)?;
    // The extension of the name turns escaping on.
    environment.add_template("part.xml", template).map_err(io::Error::other)?;
    environment.get_template("part.xml").and_then(|part| part.render(values)).map_err(io::Error::other)
}

fn environment<'t>() -> Result<Environment<'t>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(shown);
    Ok(environment)
}

fn rendered(template: &str, style: &str, script: &str, page: &impl Serialize) -> Result<String, Error> {
    let mut environment = environment()?;
    // The extension of the name turns escaping on.
    environment.add_template("page.html", template)?;
    environment.get_template("page.html")?.render(context! {
        page => Value::from(Serde(page)),
        policy => policy(style, script),
        style => Value::from_safe_string(style.to_owned()),
        script => Value::from_safe_string(script.to_owned()),
    })
}

/// Returns our files as browsers see them: a checkout with other line ends must not change their checksum.
fn inlined(files: &[&str]) -> String {
    files.join("\n").replace('\r', "")
}

/// Escapes a value, with control and bidirectional characters made visible.
fn shown(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => escape_formatter(out, state, &Value::from(safe(text))),
        None => escape_formatter(out, state, value),
    }
}

/// Returns the content security policy: our style and script, and nothing else.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(style),
        hash(script)
    )
}

/// Encodes bytes in base64: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]);
            text.push(if at <= three.len() { letter } else { '=' });
        }
    }
    text
}

/// A run of words of a description.
#[derive(Serialize)]
pub(crate) struct Run<'v> {
    /// The element of the version that has it; empty if both have it.
    mark: &'static str,
    text: &'v str,
}

/// Returns the words of a description, those of one version marked.
pub(crate) fn runs(words: &[Word]) -> Vec<Run<'_>> {
    words.iter().map(run).collect()
}

fn run(word: &Word) -> Run<'_> {
    let mark = match word.side {
        WordSide::Both => "",
        WordSide::Old => "del",
        WordSide::New => "ins",
    };
    Run { mark, text: &word.text }
}

/// Returns the class of a tone in the style sheet.
pub(crate) fn word(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
        Tone::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, wanted) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), wanted);
        }
    }

    #[test]
    fn style_and_script_cannot_end_early() {
        for text in [STYLE, SEARCH, include_str!("html/page.js")] {
            let small = text.to_lowercase();
            assert!(!small.contains("</script") && !small.contains("</style") && !small.contains("<!--"));
        }
    }
}
