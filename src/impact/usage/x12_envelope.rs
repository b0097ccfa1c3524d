//! Interchanges of X12: where they begin, the separators that their ISA segments bring, and the kinds of transactions.

use std::io::BufRead;

use super::input::piece;

/// The length of an ISA segment with its terminator.
const ISA: usize = 106;

/// Returns whether an interchange begins at the start of a line, below text such as the headers of a mail.
pub(super) fn is_below_text(head: &[u8]) -> bool {
    let lines = memchr::memchr2_iter(b'\n', b'\r', head).map(|at| &head[at + 1..]);
    lines.filter(|line| line.starts_with(b"ISA")).any(|line| {
        let next = Separators::with_end(line).map(|(_, end)| line[end..].trim_ascii_start());
        next.is_some_and(|next| next.is_empty() || next.starts_with(b"GS") || next.starts_with(b"TA1"))
    })
}

/// The separators of an interchange.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Separators {
    pub(super) element: u8,
    pub(super) component: u8,
    pub(super) terminator: u8,
    /// Between repeated elements: ISA11, which is a letter before version 5010.
    pub(super) repetition: Option<u8>,
}

impl Separators {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Self::with_end(bytes).map(|(separators, _)| separators)
    }

    /// Reads the separators by the fixed places of the ISA segment or, where its elements are not padded, by counting
    /// them; with its length.
    fn with_end(bytes: &[u8]) -> Option<(Self, usize)> {
        let element = *bytes.strip_prefix(b"ISA")?.first()?;
        let is_mark = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b' ';
        let nth = |number| {
            let ends = bytes.iter().take(2 * ISA).enumerate().filter(|(_, byte)| **byte == element);
            ends.map(|(at, _)| at + 1).nth(number)
        };
        let fixed = (bytes.get(103) == Some(&element)).then_some(104);
        let at = fixed.or_else(|| nth(15))?;
        let (component, terminator) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        let marks = [element, component, terminator];
        let differ = element != component && component != terminator && element != terminator;
        let repetition = nth(10).and_then(|at| bytes.get(at)).copied();
        let repetition = repetition.filter(|byte| is_mark(byte) && !marks.contains(byte));
        let separators = Self { element, component, terminator, repetition };
        (marks.iter().all(is_mark) && differ).then_some((separators, at + 2))
    }
}

/// A kind of transaction: ST01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transaction {
    /// 837.
    Claims,
    /// 835.
    Remittance,
    Other,
}

impl Transaction {
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"837" => Self::Claims,
            b"835" => Self::Remittance,
            _ => Self::Other,
        }
    }
}

/// Skips to the next ISA segment and reads it, with the number of lines of other text before it; `None` at the end of
/// the input.
pub(super) fn next_header(
    reader: &mut impl BufRead,
    segment: &mut Vec<u8>,
) -> std::io::Result<Option<(Separators, u64)>> {
    let mut lines = 0;
    while skip_blanks(reader)? {
        if let Some(separators) = header(reader, segment)? {
            return Ok(Some((separators, lines)));
        }
        lines += 1;
        if !segment.ends_with(b"\n") && !segment.ends_with(b"\r") {
            piece(reader, (b'\r', b'\n'), ISA, segment)?;
        }
    }
    Ok(None)
}

fn skip_blanks(reader: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let is_done = blanks < buffer.len();
        reader.consume(blanks);
        if is_done {
            return Ok(true);
        }
    }
}

/// Reads an ISA segment, whatever its terminator; `None` if there isn't one.
fn header(reader: &mut impl BufRead, segment: &mut Vec<u8>) -> std::io::Result<Option<Separators>> {
    segment.clear();
    // One byte at a time, once per interchange: only its end shows the terminator.
    while segment.len() < 2 * ISA && may_be_header(segment) {
        let Some(byte) = reader.fill_buf()?.first().copied() else { break };
        reader.consume(1);
        segment.push(byte);
        let separators = Separators::of(segment);
        if separators.is_some() && (segment.len() >= ISA || !is_padded(segment)) {
            return Ok(separators);
        }
    }
    Ok(None)
}

/// Returns whether an ISA segment may begin this way: a line of text may begin with these letters.
fn may_be_header(segment: &[u8]) -> bool {
    let is_mark = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b' ';
    b"ISA".starts_with(&segment[..segment.len().min(3)])
        && segment.get(3).is_none_or(is_mark)
        && !segment.ends_with(b"\n")
}

/// Returns whether an ISA segment begins like one with fixed places: ISA01 has two characters, ISA02 ten.
fn is_padded(segment: &[u8]) -> bool {
    segment.get(6) == segment.get(3) && segment.get(17) == segment.get(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *251105*0833*^*00501*000000001*0*T*:~";

    #[test]
    fn separators_are_those_of_the_segment() {
        let of = |text: &str| {
            let found = Separators::of(text.as_bytes()).unwrap();
            (found.element, found.component, found.terminator, found.repetition)
        };
        assert_eq!(of(HEADER), (b'*', b':', b'~', Some(b'^')));
        let older = HEADER.replace('^', "U").replace('*', "|").replace(':', ">").replace('~', "\n");
        assert_eq!(of(&older), (b'|', b'>', b'\n', None));
        assert!(Separators::of(b"ISA of the week, and more").is_none());
    }

    #[test]
    fn interchanges_are_found_below_and_between_other_text() {
        let mail = format!("Subject: x\r\n\r\nISA is attached\r\nISA*\r\n{HEADER}GS*HC~\r\nBye\r\n{HEADER}");
        assert!(is_below_text(mail.as_bytes()));
        let mut reader = mail.as_bytes();
        let mut segment = Vec::new();
        let (_, lines) = next_header(&mut reader, &mut segment).unwrap().unwrap();
        assert_eq!((lines, reader.starts_with(b"GS")), (3, true));
        let (_, lines) = next_header(&mut reader, &mut segment).unwrap().unwrap();
        assert_eq!((lines, reader.len()), (2, 0));
        assert!(next_header(&mut reader, &mut segment).unwrap().is_none());
        for text in ["ISA,b\nc,d\n", "x\nISA*1*2\n", "code\nISA\n"] {
            assert!(!is_below_text(text.as_bytes()), "{text}");
        }
    }
}
