//! Byte edits of a text; everything else stays as it is.

/// Bytes that are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// The offset of the first replaced byte.
    pub(super) at: u64,
    /// The number of replaced bytes; zero for an insertion.
    pub(super) length: u64,
    /// The text that replaces them.
    pub(super) text: Vec<u8>,
}

/// Returns a text with its edits applied. They must not overlap; of two at one position the first is applied first.
pub(super) fn applied(text: &[u8], mut edits: Vec<Edit>) -> Vec<u8> {
    edits.sort_by_key(|edit| (edit.at, edit.length));
    let mut changed = Vec::with_capacity(text.len() + 64);
    let mut from = 0;
    for edit in edits {
        let at = (edit.at as usize).min(text.len());
        // Two findings about the same bytes: the first one was made already.
        if at < from {
            continue;
        }
        changed.extend_from_slice(&text[from..at]);
        changed.extend_from_slice(&edit.text);
        from = (at + edit.length as usize).min(text.len());
    }
    changed.extend_from_slice(&text[from..]);
    changed
}

/// How rows are separated in a kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Each takes one line or several.
    Lines,
    /// Commas separate them.
    Commas,
    /// Only whitespace separates them.
    Elements,
    /// They cannot be separated.
    None,
}

/// Maximum number of bytes that are read before a row in its line.
const LONGEST_INDENT: usize = 4_096;

/// Returns the insertion that puts copies of a row after it. `None` where a row cannot be copied.
pub(super) fn inserted(
    text: &[u8],
    line_end: &[u8],
    span: (u64, u64),
    joint: Joint,
    copies: &[Vec<u8>],
) -> Option<Edit> {
    let (start, end) = (span.0 as usize, span.1 as usize);
    // A row is indented by a few blanks, or shares its line with others.
    let near = text.get(start.saturating_sub(LONGEST_INDENT)..start)?;
    let before = memchr::memrchr(b'\n', near).map_or(near, |at| &near[at + 1..]);
    let eol = line_end;
    let is_alone = before.iter().all(u8::is_ascii_whitespace);
    let dash = before.trim_ascii_end().ends_with(b"-") && before.trim_ascii().len() == 1;
    let mut insertion = Vec::new();
    let mut at = end;
    for copy in copies {
        match joint {
            Joint::None => return None,
            Joint::Lines => {
                insertion.extend_from_slice(eol);
            }
            // A list of YAML, an item a line.
            Joint::Commas if dash => {
                at = end_of_line(text, end);
                insertion.extend_from_slice(eol);
                insertion.extend_from_slice(before);
            }
            // The comma is at the start of the line.
            Joint::Commas if before.trim_ascii() == b"," => {
                insertion.extend_from_slice(eol);
                insertion.extend_from_slice(before);
            }
            Joint::Commas if is_alone => {
                insertion.extend_from_slice(b",");
                insertion.extend_from_slice(eol);
                insertion.extend_from_slice(before);
            }
            Joint::Commas => insertion.extend_from_slice(b", "),
            Joint::Elements => {
                if is_alone {
                    insertion.extend_from_slice(eol);
                    insertion.extend_from_slice(before);
                }
            }
        }
        insertion.extend_from_slice(copy);
    }
    Some(Edit { at: at as u64, length: 0, text: insertion })
}

/// Returns the first line terminator of a text.
pub(super) fn first_line_end(text: &[u8]) -> &'static [u8] {
    match memchr::memchr(b'\n', text) {
        Some(at) if at > 0 && text[at - 1] == b'\r' => b"\r\n",
        _ => b"\n",
    }
}

/// Returns the end of the line that contains an offset, without its terminator.
fn end_of_line(text: &[u8], from: usize) -> usize {
    let end = memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |length| from + length);
    if end > from && text[end - 1] == b'\r' { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str, row: &str, joint: Joint) -> String {
        let start = text.find(row).unwrap() as u64;
        let edit = inserted(
            text.as_bytes(),
            first_line_end(text.as_bytes()),
            (start, start + row.len() as u64),
            joint,
            &[b"NEW".to_vec()],
        )
        .unwrap();
        String::from_utf8(applied(text.as_bytes(), vec![edit])).unwrap()
    }

    #[test]
    fn a_copy_is_after_its_row_as_the_others_do() {
        assert_eq!(copied("a\r\nb\r\nc", "b", Joint::Lines), "a\r\nb\r\nNEW\r\nc");
        assert_eq!(copied("a\nb", "b", Joint::Lines), "a\nb\nNEW");
        assert_eq!(copied("['a', 'b']", "'b'", Joint::Commas), "['a', 'b', NEW]");
        assert_eq!(copied("[\n  {a},\n  {b}\n]", "{b}", Joint::Commas), "[\n  {a},\n  {b},\n  NEW\n]");
        assert_eq!(copied("(\n('a')\n,('b')\n)", "('b')", Joint::Commas), "(\n('a')\n,('b')\n,NEW\n)");
        assert_eq!(
            copied("x:\n  - a # why\n  - b\n", "a", Joint::Commas),
            "x:\n  - a # why\n  - NEW\n  - b\n"
        );
        assert_eq!(copied("<x>\n  <a/>\n</x>", "<a/>", Joint::Elements), "<x>\n  <a/>\n  NEW\n</x>");
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let edit = |at, length, text: &str| Edit { at, length, text: text.as_bytes().to_vec() };
        assert_eq!(
            applied(b"0123456789", vec![edit(7, 1, "x"), edit(2, 3, ""), edit(5, 0, "yy")]),
            b"01yy56x89"
        );
        assert_eq!(applied(b"0123", vec![edit(0, 2, "a"), edit(1, 2, "b")]), b"a23");
    }
}
