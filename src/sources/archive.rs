//! Zip archives: members are read in memory, never written to disk, and only within limits.

use std::io::{Cursor, Read};

use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::limits::{self, MAX_DEPTH, MAX_FILE, MAX_MEMBERS, MAX_RATIO, MAX_TOTAL};
use super::{Error, HEAD, Opened};
use crate::base::unpack::{Stopped, unpack};
use crate::model::{Place, Problem, ProblemCode, SourceFile, Wanted};

/// The first bytes of a zip archive.
pub(super) const SIGNATURE: &[u8] = b"PK\x03\x04";

/// The first bytes of workbooks and documents as Office wrote them until 2003.
const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0";

/// The member that distinguishes a Microsoft Office document from an archive, and the first member of an OpenDocument
/// file.
const OFFICE_MEMBER: &str = "[Content_Types].xml";
const OPEN_DOCUMENT_MEMBER: &str = "mimetype";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// A member as stored in its archive: its checksum, compression method and packed bytes.
type Packed<'a> = (u32, CompressionMethod, &'a [u8]);

/// Returns whether bytes are an archive to search: a zip that is not an office document.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
        && !ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| {
            archive.index_for_name(OFFICE_MEMBER).is_some()
                || archive.index_for_name(OPEN_DOCUMENT_MEMBER) == Some(0)
        })
}

/// Returns whether the beginning of a file does not identify its content: an archive or office document has to be read
/// whole.
pub(super) fn is_opaque(head: &[u8]) -> bool {
    head.starts_with(SIGNATURE) || head.starts_with(OLD_OFFICE)
}

/// Reads the wanted members of an archive into `opened`.
pub(super) fn read(
    opened: &mut Opened,
    name: &str,
    bytes: Vec<u8>,
    wanted: &dyn Fn(&[u8]) -> Wanted,
    depth: usize,
) -> Result<(), Error> {
    if depth >= MAX_DEPTH {
        let fact = format!("is an archive nested more than {MAX_DEPTH} deep");
        return Err(Error::Limit { name: name.to_owned(), fact });
    }
    let SourceFile { source, bytes, .. } = SourceFile::new(name, bytes);
    let size = source.bytes;
    let mut archive = Archive::new(Cursor::new(&bytes)).map_err(|error| damaged(name, &error))?;
    if archive.len() > MAX_MEMBERS {
        let fact = format!("has {} members, more than {MAX_MEMBERS}", archive.len());
        return Err(Error::Limit { name: name.to_owned(), fact });
    }
    opened.archives.push(source);
    let (mut spare, mut taken) = (Vec::new(), Vec::new());
    let mut whole = false;
    for at in 0..archive.len() {
        let packed = packed(&mut archive, at, &bytes);
        if packed.is_some_and(|packed| is_taken(&taken, packed)) {
            opened.repeated.extend(shown_name(&archive, at));
            continue;
        }
        match read_member(opened, name, (&mut archive, size), at, wanted, depth)? {
            Wanted::No => {}
            Wanted::Spare => spare.push(at),
            found => {
                whole |= found == Wanted::Whole;
                taken.extend(packed);
            }
        }
    }
    for at in spare {
        let before = opened.files.len();
        read_member(opened, name, (&mut archive, size), at, &|_| Wanted::Yes, depth)?;
        // Without a whole file next to it, a spare member is read like any other.
        opened.files[before..].iter_mut().for_each(|file| file.is_spare = whole);
    }
    Ok(())
}

fn shown_name(archive: &Archive<'_>, at: usize) -> Option<String> {
    archive.name_for_index(at).and_then(Result::ok).map(std::borrow::Cow::into_owned)
}

fn packed<'a>(archive: &mut Archive<'a>, at: usize, bytes: &'a [u8]) -> Option<Packed<'a>> {
    let member = archive.by_index_raw(at).ok()?;
    let start = usize::try_from(member.data_start()?).ok()?;
    let length = usize::try_from(member.compressed_size()).ok()?;
    let bytes = bytes.get(start..start.checked_add(length)?)?;
    Some((member.crc32(), member.compression(), bytes))
}

/// Returns whether the same bytes were read from another member: the FDA publishes its tables twice, as `.txt` and as
/// `.xls`.
fn is_taken(taken: &[Packed<'_>], packed: Packed<'_>) -> bool {
    taken.iter().find(|taken| taken.0 == packed.0).is_some_and(|taken| *taken == packed)
}

/// Reads a member if it is wanted, and returns how; a spare member is not kept.
fn read_member(
    opened: &mut Opened,
    archive_name: &str,
    (archive, size): (&mut Archive<'_>, u64),
    at: usize,
    wanted: &dyn Fn(&[u8]) -> Wanted,
    depth: usize,
) -> Result<Wanted, Error> {
    // Raw access first: an encrypted member cannot be opened, but its name can be reported.
    let member = archive.by_index_raw(at).map_err(|error| damaged(archive_name, &error))?;
    if member.is_dir() {
        return Ok(Wanted::No);
    }
    let shown = member.name().map_or_else(|_| format!("member {}", at + 1), std::borrow::Cow::into_owned);
    let name = format!("{archive_name}!{shown}");
    if let Some(reason) = refusal(&member) {
        opened.notes.push(Problem::new(ProblemCode::MemberRefused, Place::file(name), reason));
        return Ok(Wanted::No);
    }
    drop(member);
    let mut member = archive.by_index(at).map_err(|error| damaged(&name, &error))?;
    let mut bytes = Vec::new();
    read_up_to(&mut member, HEAD as u64, &mut bytes, &name)?;
    let found = if is_opaque(&bytes) { Wanted::Yes } else { wanted(&bytes) };
    match found {
        Wanted::No => {
            opened.unwanted.push(shown);
            return Ok(found);
        }
        Wanted::Spare => return Ok(found),
        Wanted::Yes | Wanted::Whole => {}
    }
    let left = MAX_FILE.min(MAX_TOTAL.saturating_sub(opened.total));
    // The stated packed size of a member may be wrong; it cannot be larger than its archive.
    let packed = member.compressed_size().clamp(1, size);
    read_rest(&mut member, packed, left, &mut bytes, &name)?;
    drop(member);
    opened.take_bytes(&name, bytes, wanted, depth + 1)
}

/// Returns the reason a member is not read, or `None`.
fn refusal<R: Read>(member: &ZipFile<'_, R>) -> Option<&'static str> {
    if member.enclosed_name().is_none() {
        return Some("the name of this member points outside the archive; it was not read");
    }
    if member.encrypted() {
        return Some("this member is encrypted; it was not read");
    }
    if member.is_symlink() {
        return Some("this member is a link; it was not followed");
    }
    let known =
        matches!(member.compression(), zip::CompressionMethod::Stored | zip::CompressionMethod::Deflated);
    (!known).then_some("this member uses another compression method than deflate; it was not read")
}

/// Reads the rest of a member in chunks, and stops as soon as a limit is exceeded.
fn read_rest<R: Read>(
    member: &mut ZipFile<'_, R>,
    packed: u64,
    limit: u64,
    bytes: &mut Vec<u8>,
    name: &str,
) -> Result<(), Error> {
    // The stated size only saves reallocation: it may be wrong.
    bytes.reserve(usize::try_from(member.size().min(packed * 16).min(limit)).unwrap_or(0));
    unpack(member, packed, limit, bytes).map_err(|stopped| match stopped {
        Stopped::Size => limits::too_large(name),
        Stopped::Ratio => {
            let fact = format!("unpacks to more than {MAX_RATIO} times its size, like a zip bomb");
            Error::Limit { name: name.to_owned(), fact }
        }
        Stopped::Damaged(error) => Error::Archive { name: name.to_owned(), reason: error.to_string() },
    })
}

fn read_up_to(reader: &mut impl Read, count: u64, bytes: &mut Vec<u8>, name: &str) -> Result<(), Error> {
    let read = reader.take(count).read_to_end(bytes);
    read.map(drop).map_err(|error| Error::Archive { name: name.to_owned(), reason: error.to_string() })
}

fn damaged(name: &str, error: &zip::result::ZipError) -> Error {
    Error::Archive { name: name.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;
    use crate::sources::open_bytes;

    fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Decides by the last bytes of a file, as a workbook is known only when it is read whole.
    fn wanted(bytes: &[u8]) -> Wanted {
        let whole = [(b"text".as_slice(), Wanted::Whole), (b"copy", Wanted::Spare), (b"more", Wanted::Yes)];
        let found =
            whole.iter().find(|(end, _)| bytes.strip_suffix(b"</Types>").unwrap_or(bytes).ends_with(end));
        found.map_or(Wanted::No, |(_, wanted)| *wanted)
    }

    /// Returns an old workbook and a new one, longer than the part of a member that is read first.
    fn workbooks(kind: &str) -> [Vec<u8>; 2] {
        let old = [OLD_OFFICE, &[b' '; 2 * HEAD], kind.as_bytes()].concat();
        let mut new = packed(&[(OFFICE_MEMBER, b"<Types/>")]);
        new.extend(kind.as_bytes());
        [old, new]
    }

    fn opened(members: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
        let opened = open_bytes("a.zip", packed(members), &wanted).unwrap();
        let spare = |file: &SourceFile| if file.is_spare { " (spare)" } else { "" };
        let files = opened.files.iter().map(|file| format!("{}{}", file.source.name, spare(file))).collect();
        (files, opened.notes.into_iter().map(|note| note.fact).collect())
    }

    #[test]
    fn a_workbook_that_repeats_the_text_next_to_it_is_held_to_be_spare() {
        let [old, new] = workbooks("copy");
        let found = opened(&[("a.xls", &old), ("b.txt", b"text"), ("c.xlsx", &new)]);
        assert_eq!(found.0, ["a.zip!b.txt", "a.zip!a.xls (spare)", "a.zip!c.xlsx (spare)"]);
        assert_eq!(found.1, Vec::<String>::new());
    }

    #[test]
    fn a_spreadsheet_of_opendocument_is_no_archive_to_look_into() {
        let sheet = packed(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", b"<office:document-content/>"),
        ]);
        assert!(!is_archive(&sheet));
        assert!(is_archive(&packed(&[("a.txt", b"text"), ("mimetype", b"text")])));
    }

    #[test]
    fn a_workbook_alone_or_of_something_else_is_read() {
        let [old, new] = workbooks("copy");
        assert_eq!(opened(&[("a.xls", &old)]), (vec!["a.zip!a.xls".to_owned()], Vec::new()));
        assert_eq!(opened(&[("a.xlsx", &new)]), (vec!["a.zip!a.xlsx".to_owned()], Vec::new()));
        let [old, new] = workbooks("more");
        let found = opened(&[("a.xls", &old), ("b.txt", b"text"), ("c.xlsx", &new)]);
        assert_eq!(found.0, ["a.zip!a.xls", "a.zip!b.txt", "a.zip!c.xlsx"]);
    }
}
