//! The syntax of texts, comments and lists in programming languages.

/// The syntax of a language around texts and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Marks of comments that reach to the end of the line.
    pub(crate) line_comments: &'static [&'static str],
    /// True if `/* .. */` is a comment.
    pub(crate) has_block_comments: bool,
    /// Quotes around texts.
    pub(crate) quotes: &'static [u8],
    /// True if lists are written without quotes, as in SAS and Stata, and formats have ranges.
    pub(crate) has_bare_lists: bool,
}

impl Language {
    pub(crate) const C: Self =
        Self { line_comments: &["//"], has_block_comments: true, quotes: b"\"'`", has_bare_lists: false };
    pub(super) const RUST: Self = Self { quotes: b"\"", ..Self::C };
    pub(super) const HASH: Self =
        Self { line_comments: &["#"], has_block_comments: false, quotes: b"\"'", has_bare_lists: false };
    pub(super) const VISUAL_BASIC: Self =
        Self { line_comments: &["'"], has_block_comments: false, quotes: b"\"", has_bare_lists: false };
    pub(super) const STATISTICS: Self =
        Self { line_comments: &[], has_block_comments: true, quotes: b"\"'", has_bare_lists: true };

    /// Returns the language of files with this extension.
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "java" | "js" | "jsx" | "mjs" | "ts" | "tsx" | "go"
            | "kt" | "scala" | "swift" | "dart" | "groovy" | "php" | "cql" | "drl" => Self::C,
            "rs" => Self::RUST,
            "py" | "r" | "rb" | "pl" | "sh" | "bash" | "jl" | "ex" | "exs" | "ps1" | "hcl" | "tf" => {
                Self::HASH
            }
            "vb" | "vbs" | "bas" | "cls" => Self::VISUAL_BASIC,
            "sas" | "do" | "ado" | "sps" | "m" | "mumps" => Self::STATISTICS,
            _ => return None,
        })
    }
}
