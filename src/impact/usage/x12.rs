//! X12 837 claims (professional, institutional, dental) and 835 remittances; versions 4010 and 5010.
//!
//! Source: ASC X12N TR3 005010X222A1, 005010X223A2, 005010X224A2, 005010X221A1, 004010X091 and 004010X096 to X098.
//! Separators have fixed places in the ISA segment; the version is that of GS08, since ISA12 is often wrong. Text
//! around the interchanges, such as the headers of a mail, is skipped.
//!
//! For a service line of a remittance, the code that the payer decided on counts (SVC01), not the one that was
//! submitted (SVC06), and the charge (SVC02). Claims that reverse an earlier payment (CLP02 of 22) are left out.

use std::io::BufRead;

use jiff::civil::Date;

use super::basis::{DayOf, Days};
use super::input::{Input, Piece, piece};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::x12_envelope::{Separators, Transaction, is_below_text, next_header};
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::model::{CodeSystem, ProblemCode};
use crate::tables::day;

/// Maximum bytes of a segment. The longest of a claim, a note, has a few hundred characters.
const MAX_SEGMENT: usize = 64 << 10;

/// Maximum number of codes of a claim to keep until its dates are known: a claim has at most 40 diagnoses and 25
/// procedures.
const MAX_CODES: usize = 1000;

/// The status of a claim that reverses an earlier payment: CLP02, 005010X221A1.
const REVERSAL: &[u8] = b"22";

/// X12 claims and remittances.
pub(super) struct X12;

impl Layout for X12 {
    fn id(&self) -> &'static str {
        "x12"
    }

    fn recognizes(&self, head: &[u8], _: &UsageOptions) -> bool {
        Separators::of(head.trim_ascii_start()).is_some() || is_below_text(head)
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut claims = Claims::new(ledger);
        let mut reader = input.bytes();
        let mut segment = Vec::new();
        while let Some((separators, lines)) = next_header(&mut reader, &mut segment)? {
            claims.skipped(lines);
            // Each interchange brings its own separators.
            claims.separators = separators;
            claims.interchange(&mut reader, &mut segment)?;
        }
        claims.finish();
        Ok(())
    }
}

/// Returns the system that a qualifier of an HI composite gives its code; `None` if the code does not count
/// (conditions, values, DRGs).
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

/// Qualifiers of diagnoses and procedures, which distinguish a malformed composite from one of conditions.
fn is_diagnosis(qualifier: &[u8]) -> bool {
    system_of(qualifier).is_some()
}

/// A code of a claim or a line that is held back until the days are known.
struct HeldCode {
    system: CodeSystem,
    code: Vec<u8>,
    /// Its own day.
    day: Option<Date>,
    is_modifier: bool,
}

impl HeldCode {
    fn new(system: CodeSystem, code: &[u8]) -> Self {
        Self { system, code: code.to_owned(), day: None, is_modifier: false }
    }
}

/// A claim, or a line of one, as read so far.
#[derive(Default)]
struct Held {
    codes: Vec<HeldCode>,
    amount: Option<Amount>,
    day: Option<Date>,
}

impl Held {
    /// Passes on the codes; `days` are those of the claim.
    fn give(&mut self, days: Days, ledger: &mut Ledger<'_>) {
        let days = days.with(DayOf::Service, self.day);
        if !self.codes.is_empty() {
            ledger.begin(Line { amount: self.amount, day: ledger.judging(&days), ..Line::one() });
            for (at, HeldCode { system, code, day: own, is_modifier }) in self.codes.iter().enumerate() {
                let day = ledger.judging(&days.with(DayOf::Service, *own));
                if *is_modifier {
                    ledger.modifier(*system, code, day);
                    continue;
                }
                let after = self.codes[at + 1..].iter().take_while(|code| code.is_modifier);
                let key = ledger.vocabulary.with_modifier(code, after.map(|code| code.code.as_slice()));
                ledger.coded_on(*system, key.as_deref().map_or(code, str::as_bytes), day);
            }
            self.codes.clear();
        }
        *self = Self::default();
    }
}

/// Counts the claims of a file.
struct Claims<'l, 'a> {
    ledger: &'l mut Ledger<'a>,
    separators: Separators,
    number: u64,
    transaction: Transaction,
    claim: Option<Held>,
    /// The days of the claim, and whether it gives the hour of a discharge.
    days: Days,
    is_stay: bool,
    line: Held,
    /// True if the claim reverses an earlier payment.
    is_reversal: bool,
    claims: u64,
    remittances: u64,
    reversals: u64,
    recoded: u64,
    skipped_lines: u64,
    diagnoses: u64,
    procedures: u64,
    other_transactions: u64,
    /// The versions of the groups: GS08.
    kinds: Vec<&'static str>,
}

impl<'l, 'a> Claims<'l, 'a> {
    fn new(ledger: &'l mut Ledger<'a>) -> Self {
        Self {
            ledger,
            separators: Separators::default(),
            number: 0,
            transaction: Transaction::Claims,
            claim: None,
            days: Days::default(),
            is_stay: false,
            line: Held::default(),
            is_reversal: false,
            claims: 0,
            remittances: 0,
            reversals: 0,
            recoded: 0,
            skipped_lines: 0,
            diagnoses: 0,
            procedures: 0,
            other_transactions: 0,
            kinds: Vec::new(),
        }
    }

    /// Reports a problem with a segment, which is named by its number.
    fn problem(&mut self, fact: &'static str) {
        self.ledger.problem(ProblemCode::BadUsage, Some(self.number), fact);
    }

    /// Counts lines of text around the interchanges.
    fn skipped(&mut self, lines: u64) {
        self.skipped_lines = self.skipped_lines.saturating_add(lines);
    }

    /// Reads an interchange up to its IEA segment.
    fn interchange(&mut self, reader: &mut impl BufRead, segment: &mut Vec<u8>) -> Result<(), Fault> {
        self.number += 1;
        let end = self.separators.terminator;
        loop {
            match piece(reader, (end, end), MAX_SEGMENT, segment)? {
                Piece::End => {
                    self.problem(
                        "the file ends in the middle of an interchange; claims may be missing (positions \
                                  count segments)",
                    );
                    break;
                }
                Piece::TooLong => {
                    self.number += 1;
                    self.problem(
                        "a segment is too long for a claim and was left out (positions count segments)",
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

    fn segment<'s>(&mut self, segment: &'s [u8]) {
        let separator = self.separators.element;
        let mut elements = segment.split(|byte| *byte == separator);
        let name = elements.next().unwrap_or_default();
        let element = |at: usize| segment.split(|byte| *byte == separator).nth(at).unwrap_or_default();
        match name {
            b"GS" => self.group(element(8)),
            b"ST" => {
                self.end_claim();
                self.transaction = Transaction::of(element(1));
                self.other_transactions += u64::from(self.transaction == Transaction::Other);
            }
            b"SE" | b"HL" => self.end_claim(),
            _ if self.transaction == Transaction::Remittance => {
                self.remittance(name, &elements.collect::<Vec<_>>());
            }
            _ if self.transaction == Transaction::Other => {}
            b"CLM" => self.begin_claim(element(2)),
            b"DTP" => self.day(element(1), element(2), element(3)),
            b"LX" => self.end_line(),
            b"HI" => {
                let repetition = self.separators.repetition;
                let repeated = |element: &'s [u8]| element.split(move |byte| Some(*byte) == repetition);
                elements.flat_map(repeated).for_each(|composite| self.information(composite));
            }
            b"SV1" => self.service(element(1), element(2)),
            b"SV2" => self.service(element(2), element(3)),
            b"SV3" => self.service(element(1), element(2)),
            b"LIN" => self.drugs(&elements.collect::<Vec<_>>()),
            _ => {}
        }
    }

    /// A segment of a remittance; `elements` begin with the one after the name.
    fn remittance(&mut self, name: &[u8], elements: &[&[u8]]) {
        let element = |at: usize| elements.get(at - 1).copied().unwrap_or_default();
        match name {
            b"LX" | b"PLB" => self.end_claim(),
            b"CLP" => {
                self.end_claim();
                self.remittances += 1;
                self.is_reversal = element(2) == REVERSAL;
                self.reversals += u64::from(self.is_reversal);
                self.claim = Some(Held::default());
            }
            b"SVC" if self.is_reversal => {}
            b"SVC" => {
                let [decided, submitted] = [element(1), element(6)].map(|composite| self.code_of(composite));
                self.recoded += u64::from(!submitted.is_empty() && submitted != decided);
                self.service(element(1), element(2));
            }
            // A day is DTM02 or, in a format of its own, DTM06.
            b"DTM" if element(2).is_empty() => self.paid_day(element(1), element(6)),
            b"DTM" => self.paid_day(element(1), element(2)),
            _ => {}
        }
    }

    /// Returns the code of a composite.
    fn code_of<'e>(&self, composite: &'e [u8]) -> &'e [u8] {
        composite.split(|byte| *byte == self.separators.component).nth(1).unwrap_or_default()
    }

    /// A day of a remittance: of a service (472), the first and last one of a service (150, 151) or of the claim (232, 233).
    fn paid_day(&mut self, qualifier: &[u8], text: &[u8]) {
        if !matches!(qualifier, b"472" | b"150" | b"151" | b"232" | b"233") {
            return;
        }
        let day = day::read(text.split(|byte| *byte == b'-').next().unwrap_or_default()).known();
        match qualifier {
            b"232" => self.days.set(DayOf::From, day),
            b"233" => self.days.set(DayOf::Through, day),
            b"151" => self.line.day = self.line.day.or(day),
            _ => self.line.day = day,
        }
        if day.is_none() {
            self.odd_day();
        }
    }

    fn odd_day(&mut self) {
        let fact = "a date is invalid and was ignored (positions count segments)";
        self.ledger.problem(ProblemCode::LineDate, Some(self.number), fact);
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
            let fact =
                "an amount is not a decimal number and was left out of the sums (positions count segments)";
            self.ledger.problem(ProblemCode::BadAmount, Some(self.number), fact);
        }
        amount
    }

    /// Returns the days of the claim. A discharge is an hour (TM) in 005010X223A2; its day is the end of the statement then.
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
        (self.days, self.is_stay, self.is_reversal) = (Days::default(), false, false);
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
                // Codes of the claim have the first day of its services if it does not give days of its own.
                let held = self.days.get(DayOf::From);
                self.days.set(DayOf::From, held.into_iter().chain(first).min());
            }
            _ => return,
        }
        if last.is_none() || first.is_none() {
            self.odd_day();
        }
    }

    /// A composite of HI: qualifier, code, and for procedures D8 and their day.
    fn information(&mut self, composite: &[u8]) {
        let mut parts = composite.split(|byte| *byte == self.separators.component);
        let (qualifier, code) = (parts.next().unwrap_or_default(), parts.next());
        let day = parts.nth(1).and_then(|text| day::read(text).known());
        let (Some(system), Some(code)) = (system_of(qualifier), code) else {
            if is_diagnosis(qualifier) {
                self.problem("an HI segment has a qualifier without a code (positions count segments)");
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
            held.codes.push(HeldCode { day, ..HeldCode::new(system, code) });
        } else {
            self.problem(
                "a claim has more codes than the standard allows; they were left out (positions count segments)",
            );
        }
    }

    /// The procedure of a service line: qualifier, code, up to four modifiers, a description.
    fn service(&mut self, composite: &[u8], amount: &[u8]) {
        let amount = self.amount(amount);
        // A line with codes begins with the segment of its service, whether or not an LX comes before it.
        if !self.line.codes.is_empty() {
            self.end_line();
        }
        let mut parts = composite.split(|byte| *byte == self.separators.component);
        let system = match parts.next().unwrap_or_default() {
            b"" => return,
            b"HC" => CodeSystem::Hcpcs,
            b"AD" => CodeSystem::Cdt,
            b"N4" => CodeSystem::Ndc,
            // 004010: a procedure of ICD-9-CM.
            b"ID" => CodeSystem::Icd9,
            _ => CodeSystem::Other,
        };
        let code = parts.next().unwrap_or_default();
        self.procedures += 1;
        self.line.amount = amount;
        self.line.codes.push(HeldCode::new(system, code));
        if system == CodeSystem::Hcpcs {
            let modifiers =
                parts.take(4).map(|code| HeldCode { is_modifier: true, ..HeldCode::new(system, code) });
            self.line.codes.extend(modifiers);
        }
    }

    /// LIN: pairs of qualifier and number; N4 is an NDC.
    fn drugs(&mut self, elements: &[&[u8]]) {
        let pairs = elements.get(1..).unwrap_or_default().chunks_exact(2);
        for pair in pairs.filter(|pair| pair[0] == b"N4") {
            if self.line.codes.len() < MAX_CODES {
                self.line.codes.push(HeldCode::new(CodeSystem::Ndc, pair[1]));
            }
        }
    }

    fn finish(mut self) {
        self.end_claim();
        let kinds = if self.kinds.is_empty() { "no version".to_owned() } else { self.kinds.join(", ") };
        let of_claims = format!(
            "{}, {}",
            counted(self.claims, "claim", "claims"),
            counted(self.diagnoses, "diagnosis code", "diagnosis codes")
        );
        let of_remittances = counted(self.remittances, "claim paid or denied", "claims paid or denied");
        let (name, content) = match (self.claims, self.remittances) {
            (_, 0) => ("837", of_claims),
            (0, _) => ("835", of_remittances),
            _ => ("837 and 835", format!("{of_claims}, {of_remittances}")),
        };
        let fact = format!(
            "read as X12 {name} ({kinds}): {content}, {}; {} counted",
            counted(self.procedures, "procedure", "procedures"),
            counted(self.ledger.codes(), "code", "codes"),
        );
        let Self { ledger, other_transactions, reversals, recoded, skipped_lines, .. } = self;
        ledger.note(ProblemCode::UsageRead, fact);
        ledger.left_out(
            other_transactions,
            "transaction is neither a claim (837) nor a remittance (835)",
            "transactions are neither claims (837) nor remittances (835)",
        );
        ledger.left_out(
            reversals,
            "claim reverses an earlier payment (CLP02 is 22)",
            "claims reverse an earlier payment (CLP02 is 22)",
        );
        if recoded > 0 {
            let lines = counted(recoded, "service line was", "service lines were");
            let fact =
                format!("{lines} submitted with another code (SVC06); the payer's code was counted (SVC01)");
            ledger.note(ProblemCode::UsageRead, fact);
        }
        ledger.left_out(
            skipped_lines,
            "line of text is not part of an interchange",
            "lines of text are not part of an interchange",
        );
    }
}
