//! Members of an Office package: a zip of XML files that refer to each other.

use std::borrow::Cow;
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::PackageError;
use crate::base::unpack::{MAX_MEMBERS, Stopped, unpack};

/// Maximum bytes of one member, unpacked: a novel has five megabytes.
const LARGEST: u64 = 256 << 20;

/// Maximum bytes of all members that are read.
const TOTAL: u64 = 1 << 30;

/// A package.
pub(crate) struct Members<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    size: u64,
    left: u64,
}

/// A reference from a member to another one.
pub(crate) struct Relation {
    /// The identifier that the member uses for the reference.
    pub(crate) id: String,
    /// The kind of the reference: the last word of its type.
    pub(crate) kind: String,
    /// The name of the other member.
    pub(crate) target: String,
}

impl<'b> Members<'b> {
    /// Opens a package.
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, PackageError> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| PackageError::Damaged(error.to_string()))?;
        if archive.len() > MAX_MEMBERS {
            return Err(PackageError::Members(archive.len()));
        }
        Ok(Self { archive, size: bytes.len() as u64, left: TOTAL })
    }

    /// Returns the names of all members, in the order of the package.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names().flatten().map(std::borrow::Cow::into_owned)
    }

    /// Returns whether the package has a member of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// Returns whether there is a member whose name begins with `folder`.
    pub(crate) fn has_below(&self, folder: &str) -> bool {
        self.archive.file_names().flatten().any(|name| name.starts_with(folder))
    }

    /// Returns the bytes of a member; `None` if it is not there.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, PackageError> {
        if !self.has(name) {
            return Ok(None);
        }
        let mut member = self
            .archive
            .by_name(name)
            .map_err(|error| PackageError::Open(name.to_owned(), error.to_string()))?;
        // The packed size that a member declares may be wrong; it cannot be larger than the package.
        let packed = member.compressed_size().clamp(1, self.size.max(1));
        let limit = self.left.min(LARGEST);
        let mut bytes = Vec::new();
        unpack(&mut member, packed, limit, &mut bytes).map_err(|stopped| match stopped {
            Stopped::Size => PackageError::Size(name.to_owned(), limit >> 20),
            Stopped::Ratio => PackageError::Ratio(name.to_owned()),
            Stopped::Damaged(error) => PackageError::Unpack(name.to_owned(), error.to_string()),
        })?;
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    /// Returns the text of a member; `None` if it is not there.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, PackageError> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        Ok(Some(match encoding_rs::Encoding::for_bom(&bytes) {
            Some((encoding, _)) => encoding.decode(&bytes).0.into_owned(),
            None => String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        }))
    }

    /// Returns the references of a member, in the order of its list; the package itself is the member without a name.
    pub(crate) fn relations(&mut self, name: &str) -> Result<Vec<Relation>, PackageError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let slash = if folder.is_empty() { "" } else { "/" };
        let text = self.text(&format!("{folder}{slash}_rels/{file}.rels"))?.unwrap_or_default();
        let mut relations = Vec::new();
        each_element(&text, &mut |element| {
            let value = |name| attribute(element, name);
            let is_outside = value("TargetMode").is_some_and(|mode| mode == "External");
            if let (false, Some(id), Some(kind), Some(target)) =
                (is_outside, value("Id"), value("Type"), value("Target"))
            {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id, kind, target: joined(folder, &target) });
            }
        });
        Ok(relations)
    }
}

/// Returns the full name of a member that another one in a folder refers to.
fn joined(folder: &str, target: &str) -> String {
    let base = if target.starts_with('/') { "" } else { folder };
    let mut names: Vec<&str> = Vec::new();
    for name in base.split('/').chain(target.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Calls `take` with the beginning of each element, up to where the XML breaks off.
pub(crate) fn each_element(xml: &str, take: &mut dyn FnMut(&BytesStart<'_>)) {
    let mut events = Reader::from_str(xml);
    loop {
        match events.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => take(&element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Returns the value of an attribute, with its prefix if it has one.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|own| own.key.as_ref() == name)?;
    Some(decoded(&found.value).into_owned())
}

/// Returns a text with its entities resolved: those of XML, not the file's own.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    super::Quoting::Entities.read(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::testing::zipped;
    use super::*;

    #[test]
    fn relations_are_names_of_members() {
        let rels = r#"<Relationships><Relationship Id="a" Type="x/y/slide" Target="../b/c.xml"/>
            <Relationship Id="b" Type="slide" Target="/d.xml"/><Relationship Id="c" Type="slide" Target="http://x"
            TargetMode="External"/><Relationship Id="d" Type="t" Target="a&amp;b.xml"/></Relationships>"#;
        let bytes = zipped(&[("ppt/_rels/x.xml.rels", rels)]);
        let found = Members::open(&bytes).unwrap().relations("ppt/x.xml").unwrap();
        let targets: Vec<_> = found.iter().map(|found| found.target.as_str()).collect();
        assert_eq!(targets, ["b/c.xml", "d.xml", "ppt/a&b.xml"]);
        assert_eq!(found[0].kind, "slide");
    }

    #[test]
    fn a_member_that_unpacks_without_end_is_refused() {
        let bytes = zipped(&[("bomb.xml", &" ".repeat(20 << 20))]);
        let error = Members::open(&bytes).unwrap().text("bomb.xml").unwrap_err();
        assert_eq!(error.to_string(), "`bomb.xml` unpacks to more than 200 times its size");
    }
}
