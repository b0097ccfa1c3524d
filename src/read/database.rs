//! Tables of a database, independent of its driver: columns are fields.

use std::borrow::Cow;

use super::{Cell, Container, FieldId, Quoting, Row, Sink, headings};

/// Takes a row: its number and its values; `None` for values that are not text.
pub type TakeRow<'t> = &'t mut dyn FnMut(i64, &[Option<Cow<'_, str>>]);

/// Reads a table whose rows come from a function.
///
/// # Errors
///
/// Returns the errors of that function.
pub(crate) fn table<E>(
    name: &str,
    columns: &[String],
    each_row: impl FnOnce(TakeRow<'_>) -> Result<(), E>,
    sink: &mut dyn Sink,
) -> Result<(), E> {
    sink.part(Container::Table(name.to_owned()));
    let column = |(at, name): (usize, &String)| headings::column(name, || (at + 1).to_string(), sink);
    let fields: Vec<FieldId> = columns.iter().enumerate().map(column).collect();
    let mut count = 0_u32;
    each_row(&mut |number, values| {
        count = count.saturating_add(1);
        // A number that cannot be a row number is replaced by the count.
        let number = u32::try_from(number).ok().filter(|number| *number > 0).unwrap_or(count);
        let cells: Vec<Cell<'_>> = (0..)
            .zip(fields.iter().zip(values))
            .filter_map(|(column, (field, value))| {
                let text = value.as_deref()?.as_bytes();
                Some(Cell { field: *field, text, at: 0, column, quoting: Quoting::None })
            })
            .collect();
        sink.row(&Row { cells: &cells, span: (0, 0), number, system: None });
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Seen;
    use super::*;

    #[test]
    fn columns_of_a_table_are_fields() {
        let mut seen = Seen::default();
        let rows = |take: TakeRow<'_>| -> Result<(), &str> {
            take(7, &[Some("E87.2".into()), None]);
            take(-1, &[Some("R05".into()), Some("x".into())]);
            Err("broken")
        };
        let end = table("dx", &["code".to_owned(), "note".to_owned()], rows, &mut seen);
        assert_eq!(end, Err("broken"));
        assert_eq!(
            seen.described,
            ["-- Table(\"dx\")", "column `code` 0 E87.2 [7]", "column `code` 0 R05 | column `note` 1 x [2]"]
        );
    }
}
