//! X12 837 claims: professional, institutional, dental; versions 4010 and 5010.
//!
//! Source: ASC X12N TR3 005010X222A1, 005010X223A2, 005010X224A2 and 004010X096 to X098. Separators stand at fixed
//! places of the ISA segment; the version is that of GS08, since ISA12 is often wrong.

use std::io::BufRead;

use jiff::civil::Date;

use super::basis::{DayOf, Days};
use super::input::{Input, Piece, piece};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, Layout, UsageOptions};
use crate::model::{CodeSystem, ProblemCode, counted};
use crate::tables::day;

/// The length of an ISA segment with its terminator.
const ISA: usize = 106;

/// How long a segment may be. The longest of a claim, a note, has a few hundred characters.
const MAX_SEGMENT: usize = 64 << 10;

/// How many codes a claim may hold back until its days are known: a claim has at most 40 diagnoses and 25 procedures.
const MAX_CODES: usize = 1000;

/// X12 837 claims.
pub(super) struct X12;

impl Layout for X12 {
    fn id(&self) -> &'static str {
        "x12"
    }

    fn recognises(&self, head: &[u8], _: &UsageOptions) -> bool {
        Separators::of(head.trim_ascii_start()).is_some()
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut claims = Claims::new(ledger);
        let mut reader = input.bytes();
        let mut segment = Vec::new();
        while skip_blanks(&mut reader)? {
            // Each interchange brings its own separators.
            let Some(separators) = header(&mut reader, &mut segment)? else {
                claims.problem("what follows the last interchange is none");
                break;
            };
            claims.separators = separators;
            claims.interchange(&mut reader, &mut segment)?;
        }
        claims.finish();
        Ok(())
    }
}

/// The separators of an interchange.
#[derive(Debug, Clone, Copy, Default)]
struct Separators {
    element: u8,
    component: u8,
    terminator: u8,
}

impl Separators {
    /// By the fixed places of the ISA segment or, where its elements are not padded, by counting them.
    fn of(bytes: &[u8]) -> Option<Self> {
        let element = *bytes.strip_prefix(b"ISA")?.first()?;
        let is_mark = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b' ';
        let fixed = || (bytes.get(103) == Some(&element)).then_some(104);
        let counted = || {
            let ends = bytes.iter().take(2 * ISA).enumerate().filter(|(_, byte)| **byte == element);
            ends.map(|(at, _)| at + 1).nth(15)
        };
        let at = fixed().or_else(counted)?;
        let separators = Self { element, component: *bytes.get(at)?, terminator: *bytes.get(at + 1)? };
        let marks = [separators.element, separators.component, separators.terminator];
        let differ = element != separators.component && separators.component != separators.terminator;
        (marks.iter().all(is_mark) && differ && element != separators.terminator).then_some(separators)
    }
}

fn skip_blanks(reader: &mut impl BufRead) -> std::io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let blanks = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let is_done = blanks < buffer.len();
        reader.consume(blanks);
        if is_done {
            return Ok(true);
        }
    }
}

/// Reads an ISA segment, whatever it ends with; `None` if there is none.
fn header(reader: &mut impl BufRead, segment: &mut Vec<u8>) -> std::io::Result<Option<Separators>> {
    segment.clear();
    // One byte at a time, once an interchange: only its end says what ends are.
    while segment.len() < 2 * ISA {
        let Some(byte) = reader.fill_buf()?.first().copied() else { break };
        reader.consume(1);
        segment.push(byte);
        let separators = Separators::of(segment);
        if separators.is_some() && (segment.len() >= ISA || !is_padded(segment)) {
            return Ok(separators);
        }
    }
    Ok(None)
}

/// Whether an ISA segment begins as one of fixed places does: ISA01 has two characters, ISA02 ten.
fn is_padded(segment: &[u8]) -> bool {
    segment.get(6) == segment.get(3) && segment.get(17) == segment.get(3)
}

/// What a qualifier of an HI composite says about its code; `None` if it has none to count (conditions, values, DRGs).
fn system_of(qualifier: &[u8]) -> Option<CodeSystem> {
    Some(match qualifier {
        b"ABK" | b"ABF" | b"APR" | b"ABJ" | b"ABN" => CodeSystem::Icd10cm,
        b"BBR" | b"BBQ" => CodeSystem::Icd10pcs,
        b"BK" | b"BF" | b"PR" | b"BJ" | b"BN" | b"BR" | b"BQ" => CodeSystem::Icd9,
        // 004010X096: principal and other procedures by HCPCS.
        b"BP" | b"BO" => CodeSystem::Hcpcs,
        _ => return None,
    })
}

/// Qualifiers of diagnoses and procedures that tell a malformed composite from one of conditions.
fn is_diagnosis(qualifier: &[u8]) -> bool {
    system_of(qualifier).is_some()
}

/// A claim, or a line of one, as far as it was read.
#[derive(Default)]
struct Held {
    codes: Vec<(CodeSystem, Vec<u8>, Option<Date>)>,
    amount: Option<Amount>,
    day: Option<Date>,
}

impl Held {
    /// Hands in the codes; `days` are those of the claim.
    fn give(&mut self, days: Days, ledger: &mut Ledger<'_>) {
        let days = days.with(DayOf::Service, self.day);
        if !self.codes.is_empty() {
            ledger.begin(Line { amount: self.amount, day: ledger.judging(&days), ..Line::one() });
            for (system, code, own) in self.codes.drain(..) {
                let day = ledger.judging(&days.with(DayOf::Service, own));
                ledger.coded_on(system, &code, day);
            }
        }
        *self = Self::default();
    }
}

/// Counts the claims of a file.
struct Claims<'l, 'a> {
    ledger: &'l mut Ledger<'a>,
    separators: Separators,
    number: u64,
    /// The version of the group: GS08.
    is_837: bool,
    claim: Option<Held>,
    /// The days of the claim, and whether it tells the hour of a discharge.
    days: Days,
    is_stay: bool,
    line: Held,
    claims: u64,
    diagnoses: u64,
    procedures: u64,
    other_transactions: u64,
    kinds: Vec<&'static str>,
}

impl<'l, 'a> Claims<'l, 'a> {
    fn new(ledger: &'l mut Ledger<'a>) -> Self {
        Self {
            ledger,
            separators: Separators::default(),
            number: 0,
            is_837: true,
            claim: None,
            days: Days::default(),
            is_stay: false,
            line: Held::default(),
            claims: 0,
            diagnoses: 0,
            procedures: 0,
            other_transactions: 0,
            kinds: Vec::new(),
        }
    }

    /// Something is wrong with a segment: it is named by its number.
    fn problem(&mut self, fact: &'static str) {
        self.ledger.problem(ProblemCode::BadUsage, Some(self.number), fact);
    }

    /// Reads an interchange up to its IEA segment.
    fn interchange(&mut self, reader: &mut impl BufRead, segment: &mut Vec<u8>) -> Result<(), Fault> {
        self.number += 1;
        let end = self.separators.terminator;
        loop {
            match piece(reader, (end, end), MAX_SEGMENT, segment)? {
                Piece::End => {
                    self.problem("the file ends before its interchange does: claims may be missing (places count segments)");
                    break;
                }
                Piece::TooLong => {
                    self.number += 1;
                    self.problem(
                        "a segment is longer than any of a claim; it was left out (places count segments)",
                    );
                }
                Piece::Whole if segment.trim_ascii().is_empty() => {}
                Piece::Whole => {
                    self.number += 1;
                    let text = segment.trim_ascii();
                    if text.starts_with(b"IEA") {
                        break;
                    }
                    self.segment(text);
                }
            }
        }
        self.end_claim();
        Ok(())
    }

    fn segment(&mut self, segment: &[u8]) {
        let separator = self.separators.element;
        let mut elements = segment.split(|byte| *byte == separator);
        let name = elements.next().unwrap_or_default();
        let element = |at: usize| segment.split(|byte| *byte == separator).nth(at).unwrap_or_default();
        match name {
            b"GS" => self.group(element(8)),
            b"ST" => {
                self.end_claim();
                self.is_837 = element(1) == b"837";
                self.other_transactions += u64::from(!self.is_837);
            }
            b"SE" | b"HL" => self.end_claim(),
            _ if !self.is_837 => {}
            b"CLM" => self.begin_claim(element(2)),
            b"DTP" => self.day(element(1), element(2), element(3)),
            b"LX" => self.end_line(),
            b"HI" => elements.for_each(|composite| self.information(composite)),
            b"SV1" => self.service(element(1), element(2)),
            b"SV2" => self.service(element(2), element(3)),
            b"SV3" => self.service(element(1), element(2)),
            b"LIN" => self.drugs(&elements.collect::<Vec<_>>()),
            _ => {}
        }
    }

    fn group(&mut self, version: &[u8]) {
        let kind = match version {
            version if version.starts_with(b"005010") => "5010",
            version if version.starts_with(b"004010") => "4010",
            _ => "another version",
        };
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    fn begin_claim(&mut self, amount: &[u8]) {
        self.end_claim();
        self.claims += 1;
        let amount = self.amount(amount);
        self.claim = Some(Held { amount, ..Held::default() });
    }

    fn amount(&mut self, text: &[u8]) -> Option<Amount> {
        let amount = Amount::parse(text);
        if amount.is_none() && !text.is_empty() {
            let fact = "an amount is no decimal number; it is in no sum (places count segments)";
            self.ledger.problem(ProblemCode::BadAmount, Some(self.number), fact);
        }
        amount
    }

    /// The days of the claim. A discharge is an hour (TM) in 005010X223A2; its day is the end of the statement then.
    fn claim_days(&self) -> Days {
        let end = self.days.get(DayOf::Through).filter(|_| self.is_stay);
        self.days.with(DayOf::Discharge, self.days.get(DayOf::Discharge).or(end))
    }

    fn end_line(&mut self) {
        let days = self.claim_days();
        self.line.give(days, self.ledger);
    }

    fn end_claim(&mut self) {
        self.end_line();
        let days = self.claim_days();
        if let Some(mut claim) = self.claim.take() {
            claim.give(days, self.ledger);
        }
        (self.days, self.is_stay) = (Days::default(), false);
    }

    /// DTP: qualifier, format (D8, RD8, or DT and TM with a time), day or days.
    fn day(&mut self, qualifier: &[u8], format: &[u8], text: &[u8]) {
        if format == b"TM" {
            self.is_stay |= qualifier == b"096";
            return;
        }
        let mut days = text.split(|byte| *byte == b'-' && format == b"RD8");
        let first = days.next().unwrap_or_default();
        let last = days.next().unwrap_or(first);
        let (first, last) = (day::read(first).known(), day::read(last).known());
        match qualifier {
            b"096" => self.days.set(DayOf::Discharge, last),
            b"434" => {
                self.days.set(DayOf::From, first);
                self.days.set(DayOf::Through, last);
            }
            b"435" => self.days.set(DayOf::Admission, first),
            b"472" => {
                self.line.day = first;
                // Codes of the claim have the first day of its services where it tells no days of its own.
                let held = self.days.get(DayOf::From);
                self.days.set(DayOf::From, held.into_iter().chain(first).min());
            }
            _ => return,
        }
        if last.is_none() || first.is_none() {
            let fact = "a day is not written as days are; nothing was judged by it (places count segments)";
            self.ledger.problem(ProblemCode::LineDate, Some(self.number), fact);
        }
    }

    /// A composite of HI: qualifier, code, and for procedures D8 and their day.
    fn information(&mut self, composite: &[u8]) {
        let mut parts = composite.split(|byte| *byte == self.separators.component);
        let (qualifier, code) = (parts.next().unwrap_or_default(), parts.next());
        let day = parts.nth(1).and_then(|text| day::read(text).known());
        let (Some(system), Some(code)) = (system_of(qualifier), code) else {
            if is_diagnosis(qualifier) {
                self.problem("an HI segment has a qualifier without its code (places count segments)");
            }
            return;
        };
        self.hold(system, code, day);
    }

    fn hold(&mut self, system: CodeSystem, code: &[u8], day: Option<Date>) {
        match system {
            CodeSystem::Icd10cm | CodeSystem::Icd9 => self.diagnoses += 1,
            _ => self.procedures += 1,
        }
        let held = self.claim.get_or_insert_default();
        if held.codes.len() < MAX_CODES {
            held.codes.push((system, code.to_owned(), day));
        } else {
            self.problem(
                "a claim has more codes than any can have; they were left out (places count segments)",
            );
        }
    }

    /// The procedure of a service line: qualifier, code, up to four modifiers.
    fn service(&mut self, composite: &[u8], amount: &[u8]) {
        let amount = self.amount(amount);
        let component = self.separators.component;
        let mut parts = composite.split(|byte| *byte == component);
        let system = match parts.next().unwrap_or_default() {
            b"HC" => CodeSystem::Hcpcs,
            b"AD" => CodeSystem::Cdt,
            b"" => return,
            _ => CodeSystem::Other,
        };
        self.procedures += 1;
        if !self.line.codes.is_empty() {
            self.end_line();
        }
        self.line.amount = amount;
        let codes = parts.take(5).filter(|code| !code.is_empty());
        self.line.codes.extend(codes.map(|code| (system, code.to_owned(), None)));
    }

    /// LIN: pairs of qualifier and number; N4 is an NDC.
    fn drugs(&mut self, elements: &[&[u8]]) {
        let pairs = elements.get(1..).unwrap_or_default().chunks_exact(2);
        for pair in pairs.filter(|pair| pair[0] == b"N4") {
            if self.line.codes.len() < MAX_CODES {
                self.line.codes.push((CodeSystem::Ndc, pair[1].to_owned(), None));
            }
        }
    }

    fn finish(mut self) {
        self.end_claim();
        let Self { ledger, claims, diagnoses, procedures, other_transactions, kinds, .. } = self;
        let kinds = if kinds.is_empty() { "no version".to_owned() } else { kinds.join(", ") };
        let fact = format!(
            "read as X12 837 ({kinds}): {}, {}, {}; {} counted",
            counted(claims, "claim", "claims"),
            counted(diagnoses, "diagnosis code", "diagnosis codes"),
            counted(procedures, "procedure", "procedures"),
            counted(ledger.codes(), "code", "codes"),
        );
        ledger.note(ProblemCode::UsageRead, fact);
        ledger.left_out(
            other_transactions,
            "transaction is no claim (837)",
            "transactions are no claims (837)",
        );
    }
}
