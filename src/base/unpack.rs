//! Limits on unpacked data, for every archive. Each is far above what publishers ship, and far below what would overload
//! a laptop.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// Members of one archive, or files below one folder: the largest official archives have about a dozen.
pub(crate) const MAX_MEMBERS: usize = 10_000;

/// Maximum ratio of unpacked to packed size of a member: official text packs to a tenth, a zip bomb to a thousandth.
pub(crate) const MAX_RATIO: u64 = 200;

/// Members of fewer bytes than this may have any ratio.
const RATIO_FROM: u64 = 4 << 20;

/// A stream may have any ratio in its first bytes, up to this number: a file of claims may begin with what packs well.
const STREAM_RATIO_FROM: u64 = 64 << 20;

/// The reason a member was not read to its end.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// It is larger than the limit.
    Size,
    /// It is larger than [`MAX_RATIO`] times its packed form.
    Ratio,
    /// It is damaged.
    Damaged(io::Error),
}

/// Unpacks a member in chunks, and stops as soon as a limit is exceeded.
pub(crate) fn unpack(
    member: &mut dyn Read,
    packed: u64,
    limit: u64,
    bytes: &mut Vec<u8>,
) -> Result<(), Stopped> {
    loop {
        let before = bytes.len() as u64;
        member.take(RATIO_FROM).read_to_end(bytes).map_err(Stopped::Damaged)?;
        let now = bytes.len() as u64;
        if now > limit {
            return Err(Stopped::Size);
        }
        if now > RATIO_FROM && now / packed.max(1) > MAX_RATIO {
            return Err(Stopped::Ratio);
        }
        if now == before {
            return Ok(());
        }
    }
}

/// What a stream unpacks to, up to the maximum ratio: then reading fails.
pub(crate) struct Unpacked<R> {
    decoder: MultiGzDecoder<Counted<R>>,
    given: u64,
}

/// Counts the bytes that are read.
struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<R: Read> Unpacked<R> {
    /// Unpacks gzip.
    pub(crate) fn gzip(packed: R) -> Self {
        Self { decoder: MultiGzDecoder::new(Counted { inner: packed, read: 0 }), given: 0 }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.given += read as u64;
        if self.given > STREAM_RATIO_FROM && self.given / self.decoder.get_ref().read.max(1) > MAX_RATIO {
            return Err(io::Error::other(format!("it unpacks to more than {MAX_RATIO} times its size")));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &mut dyn Read) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        io::copy(bytes, &mut encoder).unwrap();
        encoder.flush().unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_stream_may_begin_with_what_packs_well_and_ends_at_the_ratio() {
        let limit = STREAM_RATIO_FROM;
        let zeros = packed(&mut io::repeat(0).take(limit));
        assert_eq!(io::copy(&mut Unpacked::gzip(&zeros[..]), &mut io::sink()).unwrap(), limit);
        let more = packed(&mut io::repeat(0).take(limit + (1 << 20)));
        let error = io::copy(&mut Unpacked::gzip(&more[..]), &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "it unpacks to more than 200 times its size");
    }
}
