//! HL7 v2 messages: diagnoses (DG1), problems (PRB), procedures (PR1), transactions (FT1), coded observations (OBX),
//! drugs (RXD, RXE). Text around the messages, such as the headers of a mail, is skipped.
//!
//! Source: HL7 v2.8, chapters 2 (separators), 4A (RXD, RXE), 6 (DG1, FT1, PR1), 3 (PV1), 7 (OBX), 12 (PRB). Fields
//! count from 1 as in the standard. A code counts only together with the name of its system (or, for DG1, in its second
//! field): its form alone is not enough.

use jiff::civil::Date;

use super::basis::{DayOf, Days};
use super::input::{Input, Piece, piece};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::fields::systems::code_system;
use crate::model::{CodeSystem, ProblemCode};
use crate::tables::day;

/// Maximum bytes of a segment. Documents packed into OBX segments are longer; they do not hold codes that are read here.
const MAX_SEGMENT: usize = 256 << 10;

/// The first segments of a message, a batch and a file.
const STARTS: &[&[u8]] = &[b"MSH", b"BHS", b"FHS"];

/// HL7 v2 messages.
pub(super) struct Hl7v2;

impl Layout for Hl7v2 {
    fn id(&self) -> &'static str {
        "hl7v2"
    }

    fn recognizes(&self, head: &[u8], _: &UsageOptions) -> bool {
        let head = unframed(head);
        let mark = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b',' | b'\r' | b'\n');
        let begins = STARTS.iter().any(|start| head.starts_with(start)) && head.get(3).is_some_and(mark);
        begins || head.split(|byte| matches!(byte, b'\n' | b'\r' | 0x0b)).any(is_header)
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut messages = Messages::new(ledger);
        let mut reader = input.bytes();
        let mut segment = Vec::new();
        loop {
            match piece(&mut reader, (b'\r', b'\n'), MAX_SEGMENT, &mut segment)? {
                Piece::End => break,
                ended => {
                    // A message may follow the frame of the one before it on the same line.
                    let parts = segment.split(|byte| *byte == 0x0b).map(unframed);
                    for part in parts.filter(|part| !part.is_empty()) {
                        messages.number += 1;
                        messages.segment(part, ended == Piece::TooLong);
                    }
                }
            }
        }
        messages.finish();
        Ok(())
    }
}

/// Returns whether a line is the first segment of a message with the encoding characters that nearly all have: text may
/// begin with the same letters.
fn is_header(line: &[u8]) -> bool {
    let marks = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_punctuation() && *byte != b',');
    let line = unframed(line);
    STARTS.iter().any(|start| line.starts_with(start)) && line.get(3..8).is_some_and(marks)
}

/// Strips blanks and the bytes that frame a message in transmission: MLLP, 0x0B before and 0x1C after it.
fn unframed(bytes: &[u8]) -> &[u8] {
    let is_frame = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0x0b | 0x1c);
    let start = bytes.iter().take_while(|byte| is_frame(byte)).count();
    let end = bytes.iter().rev().take_while(|byte| is_frame(byte)).count();
    bytes.get(start..bytes.len() - end).unwrap_or_default()
}

/// Returns whether OBX-2 declares that OBX-5 is a coded element. Source: HL7 table 0125.
fn is_coded(kind: &[u8]) -> bool {
    matches!(kind.trim_ascii(), b"CE" | b"CWE" | b"CNE")
}

/// The separators of a message: MSH-1 and MSH-2.
#[derive(Debug, Clone, Copy)]
struct Separators {
    field: u8,
    component: u8,
    repetition: u8,
}

impl Separators {
    const USUAL: Self = Self { field: b'|', component: b'^', repetition: b'~' };

    fn of(header: &[u8]) -> Self {
        let at = |place: usize, usual: u8| {
            let mark = header.get(place).copied().filter(|byte| !byte.is_ascii_alphanumeric());
            mark.filter(|byte| place == 3 || Some(byte) != header.get(3)).unwrap_or(usual)
        };
        Self { field: at(3, b'|'), component: at(4, b'^'), repetition: at(5, b'~') }
    }
}

/// Returns the code system that a name in a message means. `I10` means diagnoses and, in fields of procedures, ICD-10-PCS.
fn system_of(name: &[u8], of_procedures: bool) -> Option<CodeSystem> {
    code_system(&String::from_utf8_lossy(name), of_procedures)
}

/// Counts the codes of messages.
struct Messages<'l, 'a> {
    ledger: &'l mut Ledger<'a>,
    separators: Separators,
    number: u64,
    /// Days of the message: admission (PV1-44), discharge (PV1-45), the last transaction (FT1-4).
    days: Days,
    /// True once a message has begun: anything before it is text.
    has_begun: bool,
    messages: u64,
    codes: u64,
    unnamed: u64,
}

impl<'l, 'a> Messages<'l, 'a> {
    fn new(ledger: &'l mut Ledger<'a>) -> Self {
        Self {
            ledger,
            separators: Separators::USUAL,
            number: 0,
            days: Days::default(),
            has_begun: false,
            messages: 0,
            codes: 0,
            unnamed: 0,
        }
    }

    fn segment(&mut self, segment: &[u8], is_cut: bool) {
        let name = segment.get(..3).unwrap_or(segment);
        if STARTS.contains(&name) {
            self.separators = Separators::of(segment);
            self.messages += u64::from(name == b"MSH");
            self.days = Days::default();
            self.has_begun = true;
            return;
        }
        if !self.has_begun {
            return;
        }
        let fields: Vec<&[u8]> = segment.split(|byte| *byte == self.separators.field).collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        match name {
            b"PV1" => self.stay(field(44), field(45)),
            b"DG1" => self.diagnosis(field(3), field(2), field(5)),
            b"PRB" => self.problem(field(3), field(2)),
            b"OBX" if is_coded(field(2)) => self.observation(field(3), field(5), field(14)),
            b"PR1" => {
                self.procedure(field(3), field(5));
                self.modifiers(field(16));
            }
            b"FT1" => {
                let procedure = if field(25).is_empty() { self.named(field(7)) } else { field(25) };
                self.transaction(field(4), field(11), field(19), procedure);
                self.modifiers(field(26));
            }
            b"RXD" | b"RXE" => self.drug(field(2)),
            _ => return,
        }
        if is_cut {
            let fact = "a segment is too long; only its beginning was read (positions count segments)";
            self.ledger.problem(ProblemCode::BadUsage, Some(self.number), fact);
        }
    }

    /// Reads a day, which may be followed by a time and a zone.
    fn day(&mut self, field: &[u8]) -> Option<Date> {
        let first = field.split(|byte| *byte == self.separators.component).next().unwrap_or_default();
        let day = day::read(first);
        if matches!(day, day::Day::Odd | day::Day::NoCentury) {
            let fact = "a date is invalid and was ignored (positions count segments)";
            self.ledger.problem(ProblemCode::LineDate, Some(self.number), fact);
        }
        day.known()
    }

    fn stay(&mut self, admission: &[u8], discharge: &[u8]) {
        let (admission, discharge) = (self.day(admission), self.day(discharge));
        self.days.set(DayOf::Admission, admission);
        self.days.set(DayOf::Discharge, discharge);
    }

    /// Reads a diagnosis: DG1-3, or before version 2.7 a code in DG1-3 whose system is in DG1-2; DG1-5 is its day.
    fn diagnosis(&mut self, code: &[u8], method: &[u8], day: &[u8]) {
        let own = self.day(day);
        self.begin(self.days.with(DayOf::Record, own), None);
        self.element(code, method, false);
    }

    /// PRB-3 and the day of the action on it, PRB-2.
    fn problem(&mut self, code: &[u8], day: &[u8]) {
        let own = self.day(day);
        self.begin(self.days.with(DayOf::Record, own), None);
        self.element(code, b"", false);
    }

    /// OBX-3, what was asked, and OBX-5, the answers; OBX-14 the day.
    fn observation(&mut self, question: &[u8], answers: &[u8], day: &[u8]) {
        let own = self.day(day);
        self.begin(self.days.with(DayOf::Service, own), None);
        let repetition = self.separators.repetition;
        let answers = answers.split(|byte| *byte == repetition);
        for element in [question].into_iter().chain(answers) {
            self.element(element, b"", false);
        }
    }

    /// Modifiers of a procedure (PR1-16, FT1-26, repeated): those of HCPCS are its own concepts.
    fn modifiers(&mut self, field: &[u8]) {
        let Separators { component, repetition, .. } = self.separators;
        for modifier in field.split(|byte| *byte == repetition) {
            let code = modifier.split(|byte| *byte == component).next().unwrap_or_default();
            self.ledger.modifier(CodeSystem::Hcpcs, code, self.ledger.line_day());
        }
    }

    /// PR1-3 and its day, PR1-5.
    fn procedure(&mut self, code: &[u8], day: &[u8]) {
        let own = self.day(day);
        self.begin(self.days.with(DayOf::Service, own), None);
        self.element(code, b"", true);
    }

    /// Returns FT1-7, if it names a system that is read: the code of a transaction is usually one of the sender's own.
    fn named<'e>(&self, element: &'e [u8]) -> &'e [u8] {
        let system = element.split(|byte| *byte == self.separators.component).nth(2).unwrap_or_default();
        let is_read = !system.is_empty() && system_of(system.trim_ascii(), true).is_some();
        if is_read { element } else { b"" }
    }

    /// FT1: diagnoses (FT1-19, repeated) and the procedure (FT1-25, else FT1-7) of a transaction with its day and its
    /// amount.
    fn transaction(&mut self, day: &[u8], amount: &[u8], diagnoses: &[u8], procedure: &[u8]) {
        let day = self.day(day);
        self.days.set(DayOf::Service, day);
        let sub = |byte: &u8| *byte == b'&' || *byte == self.separators.component;
        let amount = Amount::parse(amount.split(sub).next().unwrap_or_default());
        self.begin(self.days, amount);
        let repetition = self.separators.repetition;
        for diagnosis in diagnoses.split(|byte| *byte == repetition) {
            self.element(diagnosis, b"", false);
        }
        self.element(procedure, b"", true);
    }

    /// RXD-2 and RXE-2.
    fn drug(&mut self, code: &[u8]) {
        self.begin(self.days, None);
        self.element(code, b"", true);
    }

    fn begin(&mut self, days: Days, amount: Option<Amount>) {
        let day = self.ledger.judging(&days);
        self.ledger.begin(Line { amount, day, ..Line::one() });
    }

    /// A coded element: code, text, system, and again in another system.
    fn element(&mut self, element: &[u8], method: &[u8], of_procedures: bool) {
        let parts: Vec<&[u8]> = element
            .split(|byte| *byte == self.separators.component)
            .take(6)
            .map(<[u8]>::trim_ascii)
            .collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        let mut counted: Option<(CodeSystem, &[u8])> = None;
        for (code, system) in [(part(0), part(2)), (part(3), part(5))] {
            if matches!(code, b"" | b"\"\"") {
                continue;
            }
            let system = if system.is_empty() { method } else { system };
            let Some(system) = system_of(system, of_procedures) else {
                self.unnamed += 1;
                continue;
            };
            // One code in two notations of one system is one code.
            if counted != Some((system, code)) {
                self.codes += 1;
                self.ledger.coded(system, code);
            }
            counted = Some((system, code));
        }
    }

    fn finish(self) {
        let fact = format!(
            "read as HL7 v2: {}, {}; {} counted",
            counted(self.messages, "message", "messages"),
            counted(self.codes, "coded element", "coded elements"),
            counted(self.ledger.codes(), "code", "codes"),
        );
        self.ledger.note(ProblemCode::UsageRead, fact);
        self.ledger.left_out(self.unnamed, "code has no code system name", "codes have no code system name");
    }
}
