//! Tables of text, read in pieces on all cores.
//!
//! One thread cuts a text into pieces of whole lines. Each core finds the cells of a piece, and counts them in a ledger of its
//! own. A piece may depend on those before it: on the columns, on a quoted cell that continues, on the number of its first
//! row. So it is read as if nothing had changed since the last piece that is known, and then waits for its turn; if something
//! had changed, it is read again. Most pieces are not.
//!
//! Invariant: the result depends neither on the number of cores nor on where the text is cut.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

use memchr::{memchr, memrchr};

use super::counting::{Counting, Roles, RowCounts};
use super::ledger::Ledger;
use super::limits::WHOLE;
use super::numbering::Numbering;
use super::vocabulary::Vocabulary;
use super::{Fault, UsageOptions};
use crate::base;
use crate::fields::notation;
use crate::read::{Cell, Container, FieldId, FieldName, Quoting, Reader, Row, Sink, read_more};

/// Bytes of a piece: small enough for the caches of a core, large enough that its turn costs little.
const PIECE: usize = 1 << 18;

/// Maximum number of cores to use: each has counts of its own, and one core has to read the file for all.
const MOST_CORES: usize = 8;

/// Number of rows to count together.
const TOGETHER: usize = 32;

/// The note about lines that are longer than any record.
const LONG_LINE: &str = "has a line of more than 64 MB, which was left out";

/// What is known about a table before its rows are counted.
#[derive(Clone, Copy)]
pub(super) struct Context<'c, 'v> {
    pub(super) roles: Roles<'c>,
    pub(super) vocabulary: &'v Vocabulary<'v>,
    pub(super) options: &'v UsageOptions,
}

impl Context<'_, '_> {
    /// Returns whether a text is a code of the releases.
    pub(super) fn knows(self, text: &[u8]) -> bool {
        notation::names_codes(self.vocabulary.book(), text)
    }

    /// Returns whether a heading is one that the user asks for.
    pub(super) fn wants(self, heading: &str) -> bool {
        self.options.asks_for(heading)
    }
}

/// Counts the rows of a text with the reader of its kind. Returns the numbers of its rows, and notes about the file.
///
/// # Errors
///
/// If the text cannot be read.
pub(super) fn count<'v, R: PieceReader>(
    reader: R,
    text: impl Read,
    context: Context<'_, 'v>,
    ledger: &mut Ledger<'v>,
) -> Result<(RowCounts, Vec<&'static str>), Fault> {
    count_with(reader, text, context, ledger, Division { cores: cores(), bytes: PIECE })
}

/// Returns the number of cores to use.
pub(super) fn cores() -> usize {
    base::cores().min(MOST_CORES)
}

/// How a text is divided.
#[derive(Debug, Clone, Copy)]
struct Division {
    cores: usize,
    /// Bytes of a piece.
    bytes: usize,
}

/// A reader whose state can be kept and compared.
pub(super) trait PieceReader: Reader + Clone + PartialEq + Send + Sync {}

impl<R: Reader + Clone + PartialEq + Send + Sync> PieceReader for R {}

fn count_with<'v, R: PieceReader>(
    reader: R,
    text: impl Read,
    context: Context<'_, 'v>,
    ledger: &mut Ledger<'v>,
    division: Division,
) -> Result<(RowCounts, Vec<&'static str>), Fault> {
    let mut cutter = Cutter { text, bytes: division.bytes, rest: Vec::new(), next: 0, has_long_line: false };
    let first = cutter.cut(Vec::new())?;
    let is_alone = first.is_last || division.cores == 1;
    let needs_order = context.roles.need_order();
    let mut parts: Vec<Ledger<'v>> = Vec::new();
    let mut shared = None;
    let mut countings = Vec::new();
    if is_alone || needs_order {
        shared = Some(Counting::new(context.roles, &mut *ledger));
        countings.extend((0..division.cores).map(|_| None));
    } else {
        // The first core counts in the ledger itself.
        parts = ledger.split(division.cores - 1);
        let ledgers = [&mut *ledger].into_iter().chain(&mut parts);
        countings.extend(ledgers.map(|ledger| Some(Counting::new(context.roles, ledger))));
    }
    let known = Arc::new(Known { version: 0, reader, numbering: Numbering::default() });
    let turn = Turn {
        next: 0,
        known,
        left: Vec::new(),
        rows: 0,
        notes: Vec::new(),
        counting: shared,
        counts: RowCounts::default(),
        is_broken: false,
    };
    let line = Line { turn: Mutex::new(turn), changed: Condvar::new(), context };
    if is_alone {
        let mut worker = Worker::new(&line, None);
        let mut piece = first;
        loop {
            let is_last = piece.is_last;
            let bytes = worker.take(piece);
            if is_last {
                break;
            }
            piece = cutter.cut(bytes)?;
        }
    } else {
        work_on_all_cores(&line, &mut cutter, first, countings)?;
    }
    let Turn { counting, mut counts, mut notes, .. } =
        line.turn.into_inner().expect("a panic of another core is passed on");
    if let Some(counting) = counting {
        counts.add(counting.counts());
    }
    if cutter.has_long_line {
        notes.push(LONG_LINE);
    }
    if !is_alone && !needs_order {
        ledger.merge(parts);
    }
    Ok((counts, notes))
}

/// Cuts the text, and gives the pieces to the cores.
fn work_on_all_cores<'c, 'l, 'v, R: PieceReader>(
    line: &Line<'c, 'l, 'v, R>,
    cutter: &mut Cutter<impl Read>,
    first: Piece,
    countings: Vec<Option<Counting<'c, 'l, 'v>>>,
) -> io::Result<()> {
    let (pieces, received) = sync_channel(countings.len() * 2);
    let (used, reused) = channel();
    let received = Arc::new(Mutex::new(received));
    thread::scope(|scope| {
        for counting in countings {
            let (received, used) = (Arc::clone(&received), used.clone());
            scope.spawn(move || work(Worker::new(line, counting), &received, &used));
        }
        // If all cores stop, sending fails.
        drop((received, used));
        let mut piece = first;
        let pieces = pieces;
        loop {
            let is_last = piece.is_last;
            if pieces.send(piece).is_err() || is_last {
                return Ok(());
            }
            piece = cutter.cut(reused.try_recv().unwrap_or_default())?;
        }
    })
}

/// Works on pieces until there are no more.
fn work<R: PieceReader>(
    mut worker: Worker<'_, '_, '_, '_, R>,
    pieces: &Mutex<Receiver<Piece>>,
    used: &Sender<Vec<u8>>,
) {
    while let Ok(piece) = { pieces.lock().map_or_else(|_| Err(()), |pieces| pieces.recv().map_err(drop)) } {
        // The reader may have ended already.
        let _ = used.send(worker.take(piece));
    }
    if let Some(counting) = worker.counting.take() {
        worker.line.lock().counts.add(counting.counts());
    }
}

/// Lines of a text, or its last bytes.
struct Piece {
    number: usize,
    bytes: Vec<u8>,
    is_last: bool,
}

/// Cuts a text at the ends of lines.
struct Cutter<R> {
    text: R,
    bytes: usize,
    /// The beginning of a line.
    rest: Vec<u8>,
    next: usize,
    has_long_line: bool,
}

impl<R: Read> Cutter<R> {
    /// Returns the next piece. `buffer` is used for it.
    fn cut(&mut self, mut buffer: Vec<u8>) -> io::Result<Piece> {
        buffer.clear();
        buffer.append(&mut self.rest);
        let number = self.next;
        self.next += 1;
        let mut searched = 0;
        loop {
            let wanted = self.bytes.max(buffer.len() / 2);
            let mut is_last = read_more(&mut self.text, &mut buffer, wanted)? < wanted;
            // Only the first line can be so long: the others were read at once.
            if buffer.len() > WHOLE && memchr(b'\n', &buffer[..=WHOLE]).is_none() {
                self.has_long_line = true;
                searched = 0;
                is_last = self.skip_line(&mut buffer, is_last)?;
            }
            if is_last {
                return Ok(Piece { number, bytes: buffer, is_last });
            }
            if let Some(end) = memrchr(b'\n', &buffer[searched..]) {
                self.rest.extend_from_slice(&buffer[searched + end + 1..]);
                buffer.truncate(searched + end + 1);
                return Ok(Piece { number, bytes: buffer, is_last });
            }
            searched = buffer.len();
        }
    }

    /// Skips the line that the buffer begins with. Returns whether the text has ended; otherwise `buffer` has what follows the
    /// line.
    fn skip_line(&mut self, buffer: &mut Vec<u8>, mut is_last: bool) -> io::Result<bool> {
        loop {
            if let Some(end) = memchr(b'\n', buffer) {
                buffer.drain(..=end);
                return Ok(is_last);
            }
            buffer.clear();
            if is_last {
                return Ok(true);
            }
            is_last = read_more(&mut self.text, buffer, self.bytes)? < self.bytes;
        }
    }
}

/// What is known about the text up to a piece.
struct Known<R> {
    /// Counts changes.
    version: u64,
    reader: R,
    numbering: Numbering,
}

/// What is passed on from piece to piece.
struct Turn<'c, 'l, 'v, R> {
    /// The number of the piece whose turn it is.
    next: usize,
    known: Arc<Known<R>>,
    /// The beginning of a record that continues in the next piece.
    left: Vec<u8>,
    rows: u64,
    notes: Vec<&'static str>,
    /// Counts all rows, where their order matters or one core reads them.
    counting: Option<Counting<'c, 'l, 'v>>,
    counts: RowCounts,
    /// True if a core panicked: no other has to wait for it.
    is_broken: bool,
}

/// The pieces in their order.
struct Line<'c, 'l, 'v, R> {
    turn: Mutex<Turn<'c, 'l, 'v, R>>,
    changed: Condvar,
    context: Context<'c, 'v>,
}

impl<'c, 'l, 'v, R> Line<'c, 'l, 'v, R> {
    fn lock(&self) -> MutexGuard<'_, Turn<'c, 'l, 'v, R>> {
        self.turn.lock().expect("a panic of another core is passed on")
    }

    /// Waits for the turn of a piece.
    fn wait(&self, number: usize) -> MutexGuard<'_, Turn<'c, 'l, 'v, R>> {
        let is_waiting = |turn: &mut Turn<'_, '_, '_, R>| turn.next != number && !turn.is_broken;
        let turn = self.changed.wait_while(self.lock(), is_waiting);
        let turn = turn.expect("a panic of another core is passed on");
        assert!(!turn.is_broken, "a panic of another core is passed on");
        turn
    }
}

/// Reads and counts pieces on one core.
struct Worker<'w, 'c, 'l, 'v, R> {
    line: &'w Line<'c, 'l, 'v, R>,
    /// Counts the rows of its pieces; `None` if they are counted in turn.
    counting: Option<Counting<'c, 'l, 'v>>,
    known: Arc<Known<R>>,
    rows: Rows,
}

impl<R> Drop for Worker<'_, '_, '_, '_, R> {
    fn drop(&mut self) {
        if thread::panicking()
            && let Ok(mut turn) = self.line.turn.lock()
        {
            turn.is_broken = true;
            self.line.changed.notify_all();
        }
    }
}

impl<'w, 'c, 'l, 'v, R: PieceReader> Worker<'w, 'c, 'l, 'v, R> {
    fn new(line: &'w Line<'c, 'l, 'v, R>, counting: Option<Counting<'c, 'l, 'v>>) -> Self {
        Self { line, counting, known: Arc::clone(&line.lock().known), rows: Rows::default() }
    }

    /// Reads and counts a piece, and returns its bytes to be used again.
    fn take(&mut self, piece: Piece) -> Vec<u8> {
        let Piece { number, mut bytes, is_last } = piece;
        let mut found = self.find(&bytes, is_last);
        let mut turn = self.line.wait(number);
        if turn.known.version != self.known.version || !turn.left.is_empty() {
            self.known = Arc::clone(&turn.known);
            if !turn.left.is_empty() {
                turn.left.append(&mut bytes);
                std::mem::swap(&mut turn.left, &mut bytes);
                turn.left.clear();
            }
            found = self.find(&bytes, is_last);
        }
        let Found { read, reader, numbering, notes } = found;
        turn.left.extend_from_slice(&bytes[read..]);
        for note in notes {
            if !turn.notes.contains(&note) {
                turn.notes.push(note);
            }
        }
        if numbering.is_some() || reader != self.known.reader {
            let numbering = numbering.unwrap_or_else(|| self.known.numbering.clone());
            self.known = Arc::new(Known { version: self.known.version + 1, reader, numbering });
            turn.known = Arc::clone(&self.known);
        }
        let before = turn.rows;
        turn.rows += self.rows.ends.len() as u64;
        if let Some(counting) = &mut turn.counting {
            self.rows.count(&bytes, counting);
        }
        turn.next += 1;
        drop(turn);
        self.line.changed.notify_all();
        if let Some(counting) = &mut self.counting {
            counting.continue_after(before);
            self.rows.count(&bytes, counting);
        }
        bytes
    }

    /// Finds the rows of a text that begins where what is known ends.
    fn find(&mut self, text: &[u8], is_last: bool) -> Found<R> {
        self.rows.clear();
        let Known { reader, numbering, .. } = &*self.known;
        let mut reader = reader.clone();
        let context = self.line.context;
        let mut finder = Finder { rows: &mut self.rows, numbering, own: None, notes: Vec::new(), context };
        let read = reader.read(text, 0, is_last, &mut finder);
        let Finder { own, notes, .. } = finder;
        Found { read, reader, numbering: own, notes }
    }
}

/// What was found in a piece, apart from its rows.
struct Found<R> {
    /// Number of bytes that were read.
    read: usize,
    reader: R,
    /// The numbers of fields, if there are new ones.
    numbering: Option<Numbering>,
    notes: Vec<&'static str>,
}

/// The cells of a piece, by their bytes.
#[derive(Default)]
struct Rows {
    cells: Vec<Bytes>,
    /// The end of each row in `cells`.
    ends: Vec<u32>,
}

/// The bytes of a cell in its piece.
#[derive(Clone, Copy)]
struct Bytes {
    field: u32,
    start: u32,
    length: u32,
    quoting: Quoting,
}

impl Bytes {
    fn cell(self, text: &[u8]) -> Cell<'_> {
        let Self { field, start, length, quoting } = self;
        let text = &text[start as usize..][..length as usize];
        Cell { field: field as FieldId, text, at: u64::from(start), column: 0, quoting }
    }
}

impl Rows {
    fn clear(&mut self) {
        self.cells.clear();
        self.ends.clear();
    }

    /// Counts the rows.
    fn count(&self, text: &[u8], counting: &mut Counting<'_, '_, '_>) {
        // Most tables with nothing but codes have a cell in each row.
        let are_single = || self.ends.iter().zip(1_u32..).all(|(end, row)| *end == row);
        if let Some(field) = counting.only_codes().filter(|_| are_single()) {
            return self.count_codes(text, field, counting);
        }
        let mut cells: Vec<Cell<'_>> = Vec::new();
        let mut start = 0;
        for ends in self.ends.chunks(TOGETHER) {
            let (first, last) = (start, ends.last().map_or(start, |end| *end as usize));
            cells.clear();
            cells.extend(self.cells[first..last].iter().map(|bytes| bytes.cell(text)));
            let row = |end: &u32| {
                let own = &cells[start - first..*end as usize - first];
                start = *end as usize;
                Row { cells: own, span: (0, 0), number: 0, system: None }
            };
            let mut rows = [Row { cells: &[], span: (0, 0), number: 0, system: None }; TOGETHER];
            rows.iter_mut().zip(ends.iter().map(row)).for_each(|(held, row)| *held = row);
            counting.rows(&rows[..ends.len()]);
        }
    }

    /// Counts rows of one cell each, most of which is a code.
    fn count_codes(&self, text: &[u8], field: FieldId, counting: &mut Counting<'_, '_, '_>) {
        for cells in self.cells.chunks(TOGETHER) {
            let texts = cells.iter().map(|bytes| {
                let is_code = bytes.field as FieldId == field;
                if is_code { bytes.cell(text).text.trim_ascii() } else { b"" }
            });
            counting.codes_alone(texts, |at, count| {
                let cells = [cells[at].cell(text)];
                count(&Row { cells: &cells, span: (0, 0), number: 0, system: None });
            });
        }
    }
}

/// Receives the rows of a piece.
struct Finder<'f, 'c, 'v> {
    rows: &'f mut Rows,
    numbering: &'f Numbering,
    /// The numbers of fields, once there is a new one.
    own: Option<Numbering>,
    notes: Vec<&'static str>,
    context: Context<'c, 'v>,
}

impl Finder<'_, '_, '_> {
    fn numbering(&mut self) -> &mut Numbering {
        self.own.get_or_insert_with(|| self.numbering.clone())
    }
}

impl Sink for Finder<'_, '_, '_> {
    fn part(&mut self, part: Container) {
        self.numbering().part(&part);
    }

    fn table(&mut self) {
        self.numbering().table();
    }

    fn field(&mut self, name: FieldName<'_>) -> FieldId {
        if let Some(held) = self.own.as_ref().unwrap_or(self.numbering).held(&name) {
            return held;
        }
        self.numbering().field(name)
    }

    fn name(&mut self, _: FieldId, _: &str) {}

    fn rows(&mut self, rows: &[Row<'_>]) {
        for row in rows {
            self.rows.cells.extend(row.cells.iter().map(|cell| Bytes {
                field: cell.field as u32,
                start: cell.at as u32,
                length: cell.text.len() as u32,
                quoting: cell.quoting,
            }));
            self.rows.ends.push(self.rows.cells.len() as u32);
        }
    }

    fn note(&mut self, fact: &'static str) {
        self.notes.push(fact);
    }

    fn knows(&self, text: &[u8]) -> bool {
        self.context.knows(text)
    }

    fn takes_lists(&self) -> bool {
        false
    }

    fn wants(&self, heading: &str) -> bool {
        self.context.wants(heading)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::judge::Editions;
    use super::super::survey::Survey;
    use super::super::tally::Usage;
    use super::*;
    use crate::model::Release;
    use crate::read::{Delimited, JsonLines};

    /// Reads a release of billable codes.
    fn release(year: u16, codes: &[&str]) -> Release {
        let row = |(number, code)| format!("{number:05} {code:<7} 1 {code:<60} {code}\r\n");
        let rows: String = (1..).zip(codes).map(row).collect();
        let name = format!("icd10cm-order-{year}.txt");
        Release::read([(name.as_str(), rows.into_bytes())]).unwrap()
    }

    fn releases() -> [Release; 2] {
        [release(2025, &["A000", "G35", "I10"]), release(2026, &["A000", "G35A", "I10"])]
    }

    /// Counts a text that is divided in some way, and describes everything that was counted.
    fn counted<R: PieceReader>(text: &str, reader: R, division: Division) -> String {
        let [old, new] = releases();
        let (vocabulary, options) = (Vocabulary::new(Editions::pair(&old, &new)), UsageOptions::default());
        let mut survey = Survey::new(&vocabulary, &options);
        reader.clone().read(text.as_bytes(), 0, true, &mut survey);
        let (columns, tables) = survey.decide().unwrap();
        let roles = Roles { columns: &columns, tables: &tables };
        let context = Context { roles, vocabulary: &vocabulary, options: &options };
        let mut ledger = Ledger::new("lines", &vocabulary, &options);
        let (counts, notes) = count_with(reader, text.as_bytes(), context, &mut ledger, division).unwrap();
        counts.report(&mut ledger, &tables, "a table", false, &notes);
        let mut usage = Usage::default();
        ledger.finish(&mut usage).unwrap();
        // The numbers of owners are those of the core that was first.
        usage.owner_names = Arc::default();
        format!("{usage:?}")
    }

    fn agree<R: PieceReader>(text: &str, reader: &R) {
        let whole = counted(text, reader.clone(), Division { cores: 1, bytes: text.len() + 1 });
        for (cores, bytes) in [(1, 7), (2, 1), (2, 13), (3, 40), (5, 90)] {
            let found = counted(text, reader.clone(), Division { cores, bytes });
            assert_eq!(found, whole, "{cores} cores, {bytes} bytes: {text:?}");
        }
    }

    #[test]
    fn what_a_piece_depends_on_is_known_in_its_turn() {
        for text in [
            // A quoted cell over many lines, a wider row, another table with other columns, days without a century.
            "code,day,note\nG35,2025-11-02,\"a\n\nb\nG35,1\n\"\nI10,10/1/25,x,y,z\nA00.0,x,\n\n\n\ncode,day\nG35,2024-11-01\n",
            // A quote that is never closed, lines with carriage returns, the headings again.
            "code,owner,amount\r\nG35,\"East,1.25\r\nI10,West,2\r\ncode,owner,amount\r\nG35.A,\"We\"\"st\",x\r\n",
            // The amount of an account counts once: the first one.
            "claim,code,total charges\n1,I10,5\n1,G35,5\n2,I10,7\n2,A00.0,9\n3,G35,1\n",
            // Rows that count several lines, and totals.
            "code,count\nI10,5\nG35,x\nTotal,5\nG35;I10,4\n2.7E+09,1\nA0000,3",
        ] {
            agree(text, &Delimited::new(b','));
        }
        let lines = "{\"code\":\"G35\",\"day\":\"2025-11-02\"}\n{\"day\":\"2024-11-02\",\"code\":\"I10\",\"more\":[1,2]}\n\
                     {\"code\":\"I10\"\n{\"code\":\"G35.A\",\"other\":{\"code\":\"I10\"}}\n";
        agree(lines, &JsonLines);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn any_rows_are_counted_as_by_one_core(rows in proptest::collection::vec("(G35|I10|A00.0|\"G\n35\"|Total|),(1|x|)[,\n \"]{0,3}", 1..30)) {
            agree(&format!("code,count\nI10,1\nG35,2\nA00.0,3\n{}", rows.join("\n")), &Delimited::new(b','));
        }
    }

    #[test]
    fn a_line_without_end_is_left_out_and_named() {
        let long = "x".repeat(WHOLE + 2 * PIECE);
        let text = format!("code,note\nG35,\nG35,{long}\nI10,\nI10,{long}");
        let mut cutter =
            Cutter { text: text.as_bytes(), bytes: PIECE, rest: Vec::new(), next: 0, has_long_line: false };
        let mut found = String::new();
        loop {
            let piece = cutter.cut(Vec::new()).unwrap();
            found += std::str::from_utf8(&piece.bytes).unwrap();
            if piece.is_last {
                break;
            }
        }
        assert!(found == "code,note\nG35,\nI10,\n", "{} bytes", found.len());
        assert!(cutter.has_long_line);
    }
}
