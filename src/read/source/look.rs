//! Look-ahead: reads what follows a position of a program, where that must be known first.

use super::open::Operand;
use crate::fields::systems;

/// Maximum bytes of look-ahead.
pub(super) const FAR: usize = 4_096;

/// Returns the literal at the beginning of a text: the range of its content, and its length with the quotes.
pub(super) fn literal(text: &[u8]) -> Option<((usize, usize), usize)> {
    let quote = *text.first()?;
    let triple = [quote; 3];
    if text.starts_with(&triple) {
        let length = memchr::memmem::find(&text[3..], &triple)?;
        return Some(((3, 3 + length), length + 6));
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            b'\n' if quote != b'`' => return Some(((0, 0), 1)),
            byte if *byte == quote => return Some(((1, at), at + 1)),
            _ => at += 1,
        }
    }
}

/// Returns the length of blanks at the beginning of a text.
pub(super) fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Returns the length of a word at the beginning of a text.
pub(super) fn word(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// Returns the length of the marks between a key and its value at the beginning of a text: `:`, `=`, `=>`.
pub(super) fn key_mark(text: &[u8], is_colon: bool) -> Option<usize> {
    let lead = blanks(text);
    match text.get(lead..)? {
        [b'=', b'>', ..] => Some(lead + 2),
        [b'=', b'=' | b'~' | b':', ..] | [b':', b':' | b'=', ..] => None,
        [b'=', ..] if !is_colon => Some(lead + 1),
        [b':', ..] if is_colon => Some(lead + 1),
        _ => None,
    }
}

/// Returns a key that is an index at the beginning of a text, `["ms"]` or `[["ms"]]`: its range, and the length of the whole
/// index.
pub(super) fn index(text: &[u8], quotes: &[u8]) -> Option<((usize, usize), usize)> {
    let double = usize::from(text.starts_with(b"[["));
    let start = 1 + double + blanks(text.get(1 + double..)?);
    if !quotes.contains(text.get(start)?) {
        return None;
    }
    let (content, length) = literal(&text[start..])?;
    let end = start + length + blanks(&text[start + length..]);
    let close: &[u8] = if double == 1 { b"]]" } else { b"]" };
    let is_closed = text[end..].starts_with(close) && content.1 > content.0;
    is_closed.then_some(((start + content.0, start + content.1), end + close.len()))
}

/// Returns a slice from the beginning, `[:4]` or `[0:4]`, at the beginning of a text: the number of characters it takes, and
/// its length.
pub(super) fn slice(text: &[u8]) -> Option<(u8, usize)> {
    let end = text.iter().take(16).position(|byte| *byte == b']')?;
    let (first, last) = std::str::from_utf8(&text[1..end]).ok()?.split_once(':')?;
    if !matches!(first.trim(), "" | "0" | "1") {
        return None;
    }
    Some((last.trim().parse().ok()?, end + 1))
}

/// Returns the byte after the closing bracket of the one at the beginning of a text; `None` if it is further away than [`FAR`].
fn closing(text: &[u8], quotes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    let text = &text[..text.len().min(FAR)];
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            byte if quotes.contains(byte) => {
                at += literal(&text[at..])?.1;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns the value among the arguments of the call whose bracket begins a text: a name of a code set, or else the last name.
pub(super) fn argument(text: &[u8], quotes: &[u8]) -> Option<Operand> {
    let inner = &text[1..closing(text, quotes)?.saturating_sub(1)];
    let (mut last, mut object) = (None, None);
    let mut at = 0;
    while at < inner.len() {
        if quotes.contains(&inner[at]) {
            at += literal(&inner[at..]).map_or(1, |(_, length)| length);
            continue;
        }
        let length = word(&inner[at..]);
        if length == 0 {
            at += 1;
            continue;
        }
        let name = String::from_utf8_lossy(&inner[at..at + length]).into_owned();
        let is_member = at > 0 && inner[at - 1] == b'.';
        at += length;
        let is_name = !name.as_bytes()[0].is_ascii_digit()
            && !matches!(name.as_str(), "TRUE" | "FALSE" | "T" | "F" | "re" | "r" | "i" | "n");
        match inner.get(at) {
            _ if !is_name => {}
            // For a method call, the object is the name.
            Some(b'(') => last = object.take().filter(|_| is_member).or(last),
            Some(b'.') => object = Some(name),
            Some(b'=' | b'$' | b':') => {}
            _ if systems::named(&name).is_some() => return Some(Operand::of(&name)),
            _ => last = Some(name),
        }
    }
    last.map(|name| Operand::of(&name))
}

/// Returns the value that is searched for in the list whose bracket begins a text: `["G35"].includes(dx.slice(0, 3))`.
pub(super) fn looked_for(text: &[u8], quotes: &[u8]) -> Option<Operand> {
    let lead = 1 + blanks(text.get(1..)?);
    if !quotes.contains(text.get(lead)?) {
        return None;
    }
    let end = closing(text, quotes)?;
    let rest = text.get(end..)?.strip_prefix(b".")?;
    let length = word(rest);
    if !matches!(&rest[..length], b"includes" | b"contains" | b"has" | b"indexOf" | b"include?" | b"Contains")
    {
        return None;
    }
    let call = &rest[length..];
    let call = call.strip_prefix(b"?").unwrap_or(call);
    let operand = argument(call.first().filter(|byte| **byte == b'(').map(|_| call)?, quotes)?;
    let inner = &call[..closing(call, quotes)?];
    let cut = ["slice(0", "substring(0", "substr(0", "Substring(0", "[0", "take("].iter().find_map(|mark| {
        let at = memchr::memmem::find(inner, mark.as_bytes())? + mark.len();
        let digits: String = inner[at..]
            .iter()
            .skip_while(|byte| matches!(byte, b',' | b' ' | b'.'))
            .map(|byte| char::from(*byte))
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    });
    Some(match cut {
        Some(length) => operand.cut(length),
        None => operand,
    })
}

/// A member of an object: its key, its value, the byte at which the value begins, and its quote, if any.
pub(super) struct Member<'t> {
    pub(super) key: &'t [u8],
    pub(super) value: &'t [u8],
    pub(super) at: usize,
    pub(super) quote: Option<u8>,
}

/// The content after the bracket at the beginning of a text.
pub(super) enum Object<'t> {
    /// Members with plain values, and nothing else: an object, and its end.
    Flat(Vec<Member<'t>>, usize),
    /// Something else.
    Other,
    /// The object continues after the text.
    Unknown,
}

/// Reads an object without nested objects: `{ code: 'N18.3', system: 'ICD10CM' }`.
pub(super) fn object<'t>(text: &'t [u8], quotes: &[u8]) -> Object<'t> {
    let is_call = text.first() == Some(&b'(');
    let close = if is_call { b')' } else { b'}' };
    let mut members = Vec::new();
    let mut at = 1;
    let end_of = |at: usize| if at >= FAR || text.len() >= FAR { Object::Other } else { Object::Unknown };
    loop {
        at += blanks(&text[at.min(text.len())..]);
        if at > FAR || members.len() > 64 {
            return Object::Other;
        }
        match text.get(at) {
            None => return end_of(at),
            Some(byte) if *byte == close && !members.is_empty() => return Object::Flat(members, at + 1),
            _ => {}
        }
        let (key, length) = if quotes.contains(&text[at]) {
            let Some((content, length)) = literal(&text[at..]) else { return end_of(at) };
            (&text[at + content.0..at + content.1], length)
        } else {
            let length = word(&text[at..]);
            (&text[at..at + length], length)
        };
        if key.is_empty() || key.len() > 64 {
            return Object::Other;
        }
        at += length;
        let mark = key_mark(&text[at..], !is_call).or_else(|| key_mark(&text[at..], false));
        let Some(mark) = mark else { return if at >= text.len() { end_of(at) } else { Object::Other } };
        at += mark;
        at += blanks(&text[at..]);
        let Some(byte) = text.get(at) else { return end_of(at) };
        if quotes.contains(byte) {
            let Some((content, length)) = literal(&text[at..]) else { return end_of(at) };
            let value = &text[at + content.0..at + content.1];
            members.push(Member { key, value, at: at + content.0, quote: Some(*byte) });
            at += length;
        } else {
            let length = text[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'$'))
                .count();
            if length == 0 {
                return Object::Other;
            }
            members.push(Member { key, value: &text[at..at + length], at, quote: None });
            at += length;
        }
        at += blanks(&text[at..]);
        match text.get(at) {
            None => return end_of(at),
            Some(b',') => at += 1,
            Some(byte) if *byte == close => {}
            _ => return Object::Other,
        }
    }
}

/// Returns the length of an operator between percent signs, `%in%`, at the beginning of a text.
pub(super) fn infix(text: &[u8]) -> Option<usize> {
    let length = text[1..].iter().take(12).position(|byte| *byte == b'%')?;
    let inner = &text[1..=length];
    (!inner.is_empty() && inner.iter().all(u8::is_ascii_alphabetic)).then_some(length + 2)
}

/// Returns a regular expression without the slashes around it, `/^G35/i`.
pub(super) fn slashes(text: &[u8], (start, end): (usize, usize)) -> (usize, usize) {
    let inner = &text[start..end];
    match memchr::memrchr(b'/', inner) {
        Some(close) if close > 0 && inner[0] == b'/' => (start + 1, start + close),
        _ => (start, end),
    }
}
