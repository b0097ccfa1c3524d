//! Bytes of a usage file: unpacked, with a look at their beginning, and cut into pieces.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use memchr::memchr2;

use crate::model::HEAD;

/// The first bytes of a gzip file: RFC 1952, section 2.3.1.
const GZIP: &[u8] = b"\x1f\x8b";

/// How much is read at once.
const BUFFER: usize = 64 << 10;

/// A usage file to be read once, from its beginning to its end.
pub(super) struct Input<'a> {
    head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
}

impl<'a> Input<'a> {
    /// Looks at the beginning, and unpacks what is packed with gzip: once, since nobody packs twice but by mistake or on
    /// purpose. A byte-order mark is dropped.
    pub(super) fn open(reader: impl Read + 'a) -> io::Result<Self> {
        let mut input = Self::with_head(reader)?;
        if input.head.starts_with(GZIP) {
            input = Self::with_head(MultiGzDecoder::new(Cursor::new(input.head).chain(input.rest)))?;
        }
        if input.head.starts_with(b"\xef\xbb\xbf") {
            input.head.drain(..3);
        }
        Ok(input)
    }

    fn with_head(mut reader: impl Read + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self { head, rest: Box::new(reader) })
    }

    /// The first bytes: enough to tell the layout.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Everything, the first bytes included.
    pub(super) fn bytes(self) -> impl BufRead + 'a {
        BufReader::with_capacity(BUFFER, Cursor::new(self.head).chain(self.rest))
    }
}

/// Whether bytes are packed with gzip.
pub(super) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(GZIP)
}

/// How a piece ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// It was read whole.
    Whole,
    /// It is longer than the limit: its beginning was read, the rest passed over.
    TooLong,
    /// There is no more.
    End,
}

/// Reads up to one of two ends, which is not kept. Of a piece longer than `limit` only the beginning is.
pub(super) fn piece(
    reader: &mut impl BufRead,
    ends: (u8, u8),
    limit: usize,
    piece: &mut Vec<u8>,
) -> io::Result<Piece> {
    piece.clear();
    let mut length = 0_usize;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            return Ok(if length == 0 { Piece::End } else { ending(length, limit) });
        }
        let end = memchr2(ends.0, ends.1, buffer);
        let content = &buffer[..end.unwrap_or(buffer.len())];
        piece.extend_from_slice(&content[..content.len().min(limit - piece.len())]);
        length = length.saturating_add(content.len());
        let consumed = content.len() + usize::from(end.is_some());
        reader.consume(consumed);
        if end.is_some() {
            return Ok(ending(length, limit));
        }
    }
}

fn ending(length: usize, limit: usize) -> Piece {
    if length > limit { Piece::TooLong } else { Piece::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_at_either_end_and_long_ones_are_cut() {
        let mut reader = BufReader::with_capacity(3, &b"one\rtwo\n\nthousand\nend"[..]);
        let mut text = Vec::new();
        let mut seen = Vec::new();
        loop {
            let ended = piece(&mut reader, (b'\r', b'\n'), 4, &mut text).unwrap();
            if ended == Piece::End {
                break;
            }
            seen.push((String::from_utf8(text.clone()).unwrap(), ended));
        }
        let expected = [
            ("one", Piece::Whole),
            ("two", Piece::Whole),
            ("", Piece::Whole),
            ("thou", Piece::TooLong),
            ("end", Piece::Whole),
        ];
        assert_eq!(seen, expected.map(|(text, ended)| (text.to_owned(), ended)));
    }

    #[test]
    fn gzip_is_unpacked_and_a_byte_order_mark_dropped() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut packed, b"\xef\xbb\xbfcode\nI10\n").unwrap();
        let packed = packed.finish().unwrap();
        let mut text = String::new();
        let input = Input::open(&packed[..]).unwrap();
        assert_eq!(input.head(), b"code\nI10\n");
        input.bytes().read_to_string(&mut text).unwrap();
        assert_eq!(text, "code\nI10\n");
    }
}
