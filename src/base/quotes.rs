//! Quotes around the names of tables and columns in SQL. A name is used exactly as written, including its case, and
//! cannot leave its quotes.

/// The quotes of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// `"name"`, as in the standard.
    Double,
    /// `[name]`.
    Brackets,
    /// `` `name` ``.
    Backticks,
    /// `` `name` ``, with escapes by a backslash.
    BackticksWithEscapes,
}

impl Quotes {
    /// Quotes a name.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Self::Double => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Brackets => format!("[{}]", name.replace(']', "]]")),
            Self::Backticks => format!("`{}`", name.replace('`', "``")),
            Self::BackticksWithEscapes => format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`")),
        }
    }

    /// Quotes the name of a table part by part: those before a dot are its schema and database.
    pub(crate) fn table(self, name: &str) -> String {
        name.split('.').map(|part| self.name(part)).collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let name = "a\"b]c`d\\`";
        for (quotes, quoted) in [
            (Quotes::Double, r#""a""b]c`d\`""#),
            (Quotes::Brackets, r#"[a"b]]c`d\`]"#),
            (Quotes::Backticks, r#"`a"b]c``d\```"#),
            (Quotes::BackticksWithEscapes, r#"`a"b]c\`d\\\``"#),
        ] {
            assert_eq!(quotes.name(name), quoted);
        }
        assert_eq!(Quotes::Double.table("billing.claims"), r#""billing"."claims""#);
    }
}
