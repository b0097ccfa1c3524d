//! Joins pieces of a release: products and packages, long and short descriptions.
//!
//! Invariant: pieces are joined in the order of their files; of two with one key, the second fills the gaps of the
//! first.

use super::{Concepts, Form};
use crate::model::Piece;

/// Joins the pieces of one release, in the order of their files; `None` if there are none.
/// [`Release::new`](crate::model::Release::new) resolves a key that two pieces hold.
pub(super) fn merge(pieces: Vec<Concepts>) -> Option<Concepts> {
    let mut pieces = pieces.into_iter();
    let mut joined = Concepts { form: Form::Release, ..pieces.next()? };
    let absent = std::mem::take(&mut joined.table.absent);
    joined.table.pieces = vec![Piece { start: 0, file: joined.name.clone(), absent }];
    for piece in pieces {
        join(&mut joined, piece);
    }
    Some(joined)
}

fn join(joined: &mut Concepts, mut piece: Concepts) {
    let absent = std::mem::take(&mut piece.table.absent);
    let start = joined.table.concepts.len() as u32;
    joined.table.pieces.push(Piece { start, file: piece.name, absent });
    joined.table.append(piece.table, start);
    joined.lines.resize(start as usize, 0);
    joined.lines.extend(piece.lines);
    joined.edition = joined.edition.or(piece.edition);
    joined.facts.extend(piece.facts);
    joined.records += piece.records;
    joined.coverage.headers |= piece.coverage.headers;
    joined.coverage.codes |= piece.coverage.codes;
    joined.coverage.whole &= piece.coverage.whole;
    joined.unreadable.extend(piece.unreadable);
    joined.problems.extend(piece.problems);
}
