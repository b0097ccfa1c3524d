//! Bytes of a usage file: unpacked, with the beginning held for inspection, and cut into pieces.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use memchr::memchr2;

use super::Fault;
use crate::base::unpack::Unpacked;
use crate::model::HEAD;
use crate::read::{ReadSeek, has_old_mac_lines, utf16_encoding};

/// The first bytes of a gzip file: RFC 1952, section 2.3.1.
const GZIP: &[u8] = b"\x1f\x8b";

/// Bytes to read at once.
const BUFFER: usize = 64 << 10;

/// Bytes of a file to inspect first: usually enough to identify its columns.
pub(in crate::impact) const FIRST: usize = 1 << 19;

/// Maximum bytes of a file to hold for inspection before it is read: all of most files.
pub(in crate::impact) const KEPT: usize = 8 << 20;

/// Opens a file again, from its beginning.
pub(in crate::impact) type Reopen<'o, 'a> = dyn FnMut() -> io::Result<Box<dyn Read + 'a>> + 'o;

/// Opens a file to be read in any order.
pub(super) type OpenSeek<'a> = dyn Fn() -> io::Result<Box<dyn ReadSeek>> + 'a;

/// A usage file, unpacked and in UTF-8.
pub(in crate::impact) struct Input<'a> {
    head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
    reopen: &'a mut Reopen<'a, 'a>,
    /// Opens the file to be read in any order, if that is possible.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "only tables in columns are read so"))]
    again: Option<&'a OpenSeek<'a>>,
}

impl<'a> Input<'a> {
    /// Reads the beginning, and unpacks gzip, but only once: a file is packed twice only by mistake or on purpose. A
    /// byte-order mark is dropped, UTF-16 becomes UTF-8, and lines that end with CR alone end with LF.
    pub(in crate::impact) fn open(reopen: &'a mut Reopen<'a, 'a>) -> io::Result<Self> {
        let (head, rest) = opened(reopen()?)?;
        Ok(Self { head, rest, reopen, again: None })
    }

    /// Adds what opens the file to be read in any order.
    pub(super) fn also(self, again: Option<&'a OpenSeek<'a>>) -> Self {
        Self { again, ..self }
    }

    /// Opens the file, which may be packed, to be read in any order. Returns `None` if that is not possible.
    #[cfg(feature = "parquet")]
    pub(super) fn open_again(&self) -> io::Result<Option<Box<dyn ReadSeek>>> {
        self.again.map(|open| open()).transpose()
    }

    /// Returns the first bytes: enough to identify the layout.
    pub(in crate::impact) fn head(&self) -> &[u8] {
        &self.head[..self.head.len().min(HEAD)]
    }

    /// Returns everything, the first bytes included.
    pub(in crate::impact) fn bytes(self) -> impl BufRead + 'a {
        BufReader::with_capacity(BUFFER, Cursor::new(self.head).chain(self.rest))
    }

    /// Holds the beginning of a file. Returns whether that is all of it.
    pub(in crate::impact) fn hold(&mut self, bytes: usize) -> io::Result<bool> {
        let wanted = (bytes + 1).saturating_sub(self.head.len());
        self.rest.by_ref().take(wanted as u64).read_to_end(&mut self.head)?;
        Ok(self.head.len() <= bytes)
    }

    /// Holds all of a file that has to be read as a whole.
    pub(in crate::impact) fn hold_all(&mut self, limit: u64) -> Result<(), Fault> {
        // A packed file is smaller than its content: a larger one would be refused anyway.
        self.rest.by_ref().take(limit + 1).read_to_end(&mut self.head)?;
        if self.head.len() as u64 > limit {
            return Err(Fault::LargeWorkbook);
        }
        Ok(())
    }

    /// Returns the bytes that are held.
    pub(in crate::impact) fn held(&self) -> &[u8] {
        &self.head
    }

    /// Returns the bytes that follow the first bytes that are held.
    pub(in crate::impact) fn rest_after(&mut self, read: usize) -> impl Read {
        Cursor::new(&self.head[read..]).chain(&mut self.rest)
    }

    /// Opens the file again after it was read. Returns whether only what was held is left, since it cannot be opened twice.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub(in crate::impact) fn reopen(&mut self) -> Result<bool, Fault> {
        let again = (self.reopen)().and_then(opened).map_err(|error| match error.kind() {
            io::ErrorKind::Unsupported => Fault::ReadOnce,
            _ => Fault::Read(error),
        });
        (self.head, self.rest) = again?;
        Ok(false)
    }

    /// Returns everything once more, the held bytes included.
    pub(in crate::impact) fn again(&mut self) -> io::Result<impl Read> {
        Ok(Cursor::new(&self.head[..]).chain(&mut self.rest))
    }
}

/// Returns a file and its first bytes, unpacked and in UTF-8.
fn opened<'a>(reader: Box<dyn Read + 'a>) -> io::Result<(Vec<u8>, Box<dyn Read + 'a>)> {
    let (mut head, mut rest) = with_head(reader)?;
    if head.starts_with(GZIP) {
        (head, rest) = with_head(Box::new(Unpacked::gzip(Cursor::new(head).chain(rest))))?;
    }
    if let Some(encoding) = utf16_encoding(&head) {
        let decoder = encoding.new_decoder_with_bom_removal();
        let text = Utf8 {
            inner: Box::new(Cursor::new(head).chain(rest)),
            decoder,
            out: Vec::new(),
            at: 0,
            ended: false,
        };
        (head, rest) = with_head(Box::new(text))?;
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    if has_old_mac_lines(&head) {
        (head, rest) = with_head(Box::new(OldMac(Cursor::new(head).chain(rest))))?;
    }
    Ok((head, rest))
}

fn with_head<'a>(mut reader: Box<dyn Read + 'a>) -> io::Result<(Vec<u8>, Box<dyn Read + 'a>)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    Ok((head, reader))
}

/// UTF-16 read as UTF-8.
struct Utf8<'a> {
    inner: Box<dyn Read + 'a>,
    decoder: encoding_rs::Decoder,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Utf8<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.ended {
            let mut raw = Vec::new();
            self.inner.by_ref().take(BUFFER as u64).read_to_end(&mut raw)?;
            self.ended = raw.len() < BUFFER;
            self.out.clear();
            self.at = 0;
            self.out.resize(self.decoder.max_utf8_buffer_length(raw.len()).unwrap_or(BUFFER * 4), 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&raw, &mut self.out, self.ended);
            self.out.truncate(written);
        }
        let length = buffer.len().min(self.out.len() - self.at);
        buffer[..length].copy_from_slice(&self.out[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// Lines that end with CR read as lines that end with LF.
struct OldMac<R>(R);

impl<R: Read> Read for OldMac<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        buffer[..length].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(length)
    }
}

/// Returns whether bytes are packed with gzip.
pub(in crate::impact) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(GZIP)
}

/// The result of reading a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::impact) enum Piece {
    /// It was read whole.
    Whole,
    /// It is longer than the limit: its beginning was read, the rest skipped.
    TooLong,
    /// The input has ended.
    End,
}

/// Reads up to one of two ends, which is not kept. Of a piece longer than `limit` only the beginning is.
pub(in crate::impact) fn piece(
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
            return Ok(if length == 0 { Piece::End } else { extension(length, limit) });
        }
        let end = memchr2(ends.0, ends.1, buffer);
        let content = &buffer[..end.unwrap_or(buffer.len())];
        piece.extend_from_slice(&content[..content.len().min(limit - piece.len())]);
        length = length.saturating_add(content.len());
        let consumed = content.len() + usize::from(end.is_some());
        reader.consume(consumed);
        if end.is_some() {
            return Ok(extension(length, limit));
        }
    }
}

fn extension(length: usize, limit: usize) -> Piece {
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
        let mut reopen = || Ok(Box::new(Cursor::new(packed.clone())) as Box<dyn Read>);
        let input = Input::open(&mut reopen).unwrap();
        assert_eq!(input.head(), b"code\nI10\n");
        input.bytes().read_to_string(&mut text).unwrap();
        assert_eq!(text, "code\nI10\n");
    }
}
