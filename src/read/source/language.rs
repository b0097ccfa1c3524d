//! How languages write texts, comments and lists.

/// What a language writes around texts and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// What begins a comment up to the end of its line.
    pub(crate) line_comments: &'static [&'static str],
    /// Whether `/* .. */` is a comment.
    pub(crate) has_block_comments: bool,
    /// What texts stand between.
    pub(crate) quotes: &'static [u8],
    /// Whether lists are written without quotes, as SAS and Stata do, and formats of ranges.
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

    /// The language of files whose names end so.
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
