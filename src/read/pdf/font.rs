//! Fonts: which letters bytes are, how wide they are, and their style by the name of the font.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};
use memchr::memmem;

use super::shown::Style;

/// Maximum bytes of the table that maps the letters of a font to Unicode, unpacked.
const MEANINGS: usize = 4 << 20;

/// Upper bound on the letters of a font whose widths are read.
const LETTERS: usize = 1 << 20;

/// A font: the meaning and the width of its bytes.
pub(super) struct Font<'d> {
    encoding: Option<Encoding<'d>>,
    pub(super) widths: Widths,
    pub(super) style: Style,
}

/// Widths of letters, in thousandths of their height.
pub(super) enum Widths {
    /// For codes of one byte, starting with the given one.
    Bytes(i64, Vec<f64>),
    /// For codes of two bytes, and the width of all others.
    Pairs(BTreeMap<u16, f64>, f64),
    /// Not in the file: the widths of the fonts that every reader has.
    Guess,
}

/// About the mean of Helvetica.
const MEAN: f64 = 530.0;

impl<'d> Font<'d> {
    pub(super) fn of(document: &'d Document, font: &'d Dictionary) -> Self {
        let encoding = font.get_font_encoding_with_limit(document, MEANINGS).ok();
        let name = font.get_deref(b"BaseFont", document).and_then(Object::as_name).unwrap_or_default();
        let has = |word: &[u8]| memmem::find(name, word).is_some();
        let style =
            Style { is_bold: has(b"Bold"), is_italic: has(b"Italic") || has(b"Oblique"), ..Style::default() };
        Self { encoding, widths: Widths::of(document, font).unwrap_or(Widths::Guess), style }
    }

    pub(super) fn text(&self, bytes: &[u8]) -> String {
        let text = self.encoding.as_ref().and_then(|encoding| Document::decode_text(encoding, bytes).ok());
        text.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }

    pub(super) fn width(&self, bytes: &[u8]) -> f64 {
        match &self.widths {
            Widths::Bytes(first, widths) => bytes
                .iter()
                .map(|byte| usize::try_from(i64::from(*byte) - first).ok())
                .map(|at| at.and_then(|at| widths.get(at)).copied().unwrap_or(0.0))
                .sum(),
            Widths::Pairs(widths, other) => {
                let pairs = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                pairs.map(|pair| widths.get(&pair).copied().unwrap_or(*other)).sum()
            }
            Widths::Guess => bytes.len() as f64 * MEAN,
        }
    }
}

impl Widths {
    /// ISO 32000-1, 9.6.2 and 9.7.4.3.
    fn of(document: &Document, font: &Dictionary) -> Option<Self> {
        if let Ok(widths) = font.get_deref(b"Widths", document).and_then(Object::as_array) {
            let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
            return Some(Self::Bytes(first, widths.iter().map(|width| number(document, width)).collect()));
        }
        let inner = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok()?;
        let inner = document.dereference(inner.first()?).ok()?.1.as_dict().ok()?;
        let other = inner.get_deref(b"DW", document).map_or(1_000.0, |width| number(document, width));
        let list = inner.get_deref(b"W", document).and_then(Object::as_array).map_or(&[][..], Vec::as_slice);
        let (mut widths, mut at, mut described) = (BTreeMap::new(), 0, 0);
        let code = |object: &Object| object.as_i64().ok().and_then(|code| u16::try_from(code).ok());
        while let [first, second, ..] = &list[at.min(list.len())..] {
            match document.dereference(second).map(|(_, object)| object) {
                // The widths of the codes from the first on.
                Ok(Object::Array(each)) => {
                    let codes = code(first)?..=u16::MAX;
                    widths.extend(codes.zip(each.iter().map(|width| number(document, width))));
                    at += 2;
                }
                // One width for all codes from the first to the last.
                _ => {
                    let (width, codes) = (number(document, list.get(at + 2)?), code(first)?..=code(second)?);
                    described += codes.len();
                    if described > LETTERS {
                        break;
                    }
                    widths.extend(codes.map(|code| (code, width)));
                    at += 3;
                }
            }
        }
        Some(Self::Pairs(widths, other))
    }
}

fn number(document: &Document, object: &Object) -> f64 {
    document.dereference(object).ok().and_then(|(_, object)| object.as_float().ok()).map_or(0.0, f64::from)
}
