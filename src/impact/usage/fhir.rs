//! FHIR resources: JSON, NDJSON, Bundles; Claim, ExplanationOfBenefit, Condition, Procedure, Encounter, MedicationRequest.
//!
//! Source: HL7 FHIR R4 (4.0.1), and STU3 where it differs. NDJSON is read line by line, a Bundle entry by entry: what is
//! held is one resource, and of it only the parts in `fhir_shapes`. Nesting is limited by serde_json (128 levels).

use std::fmt;
use std::io::{self, BufRead, Cursor, Read};

use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;

use super::basis::{DayOf, Days};
use super::fhir_shapes::{
    Coding, Concept, Diagnosis, Item, Many, One, Period, ProcedureOfClaim, Text, Total,
};
use super::input::{Input, Piece, piece};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, Layout, UsageOptions};
use crate::model::{CodeSystem, ProblemCode, counted};
use crate::tables::day;

/// How long a line of NDJSON may be to be read as a whole. A longer one is a document, read as it comes.
const MAX_LINE: usize = 4 << 20;

/// FHIR resources.
pub(super) struct Fhir;

impl Layout for Fhir {
    fn id(&self) -> &'static str {
        "fhir"
    }

    fn recognises(&self, head: &[u8], _: &UsageOptions) -> bool {
        // Other JSON is a table: lists of objects, price files.
        let names_a_kind = memchr::memmem::find(head, b"\"resourceType\"").is_some();
        let is_empty = matches!(head.trim_ascii(), b"{}" | b"[]");
        let mut bytes = head.iter().filter(|byte| !byte.is_ascii_whitespace());
        (names_a_kind || is_empty)
            && matches!(
                (bytes.next(), bytes.next()),
                (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b']'))
            )
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut reader = input.bytes();
        let mut resources = Resources::new(ledger);
        let mut line = Vec::new();
        let ended = first_line(&mut reader, &mut line)?;
        if ended == Piece::Whole && is_json(&line) {
            resources.lines(&mut reader, line)?;
        } else {
            let end: &[u8] = if ended == Piece::Whole { b"\n" } else { b"" };
            resources.document(Cursor::new(line).chain(end).chain(reader))?;
        }
        resources.finish();
        Ok(())
    }
}

/// Reads the first line that is not blank; where it is longer than the limit, its beginning, and the rest stays unread.
fn first_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Piece> {
    loop {
        line.clear();
        reader.by_ref().take(MAX_LINE as u64).read_until(b'\n', line)?;
        if line.is_empty() {
            return Ok(Piece::End);
        }
        let is_whole = line.ends_with(b"\n") || line.len() < MAX_LINE;
        if !line.trim_ascii().is_empty() {
            return Ok(if is_whole { Piece::Whole } else { Piece::TooLong });
        }
    }
}

fn is_json(line: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

/// The system that a URI or an OID names.
fn system_of(uri: &str, of_procedures: bool) -> Option<CodeSystem> {
    let uri = uri.trim().trim_end_matches('/').to_ascii_lowercase();
    let uri = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://")).unwrap_or(&uri);
    let oid = uri.strip_prefix("urn:oid:").unwrap_or("");
    Some(match (uri, oid) {
        ("", _) => return None,
        ("hl7.org/fhir/sid/icd-10-cm", _) | (_, "2.16.840.1.113883.6.90") => CodeSystem::Icd10cm,
        ("www.cms.gov/medicare/coding/icd10" | "hl7.org/fhir/sid/icd-10-pcs", _)
        | (_, "2.16.840.1.113883.6.4") => CodeSystem::Icd10pcs,
        (
            "hl7.org/fhir/sid/icd-9-cm" | "hl7.org/fhir/sid/icd-9" | "terminology.hl7.org/codesystem/icd9",
            _,
        )
        | (_, "2.16.840.1.113883.6.103" | "2.16.840.1.113883.6.104") => CodeSystem::Icd9,
        ("www.ama-assn.org/go/cpt" | "bluebutton.cms.gov/resources/codesystem/hcpcs", _)
        | ("www.cms.gov/medicare/coding/hcpcsreleasecodesets", _)
        | ("www.cms.gov/medicare/coding/medhcpcsgeninfo", _)
        | ("terminology.hl7.org/codesystem/hcpcs-level-ii", _)
        | (_, "2.16.840.1.113883.6.12" | "2.16.840.1.113883.6.14" | "2.16.840.1.113883.6.285") => {
            CodeSystem::Hcpcs
        }
        ("www.ada.org/cdt", _) | (_, "2.16.840.1.113883.6.13") => CodeSystem::Cdt,
        ("hl7.org/fhir/sid/ndc", _) | (_, "2.16.840.1.113883.6.69") => CodeSystem::Ndc,
        ("id.who.int/icd/release/11/mms", _) => CodeSystem::Icd11,
        _ if is_who_icd10(uri) && of_procedures => CodeSystem::Icd10pcs,
        _ if is_who_icd10(uri) => CodeSystem::Icd10cm,
        _ => CodeSystem::Other,
    })
}

/// WHO's ICD-10: US data of before R4 name ICD-10-CM and ICD-10-PCS so (CMS Blue Button v1, for one).
fn is_who_icd10(uri: &str) -> bool {
    let uri = uri.trim_end_matches('/');
    uri.ends_with("hl7.org/fhir/sid/icd-10") || uri == "urn:oid:2.16.840.1.113883.6.3"
}

/// A resource of any kind: the parts that are read of one or another.
#[derive(Debug, Default)]
struct Resource {
    kind: Text,
    code: Many<Concept>,
    reason: Many<Concept>,
    medication: Many<Concept>,
    diagnosis: Many<Diagnosis>,
    procedure: Many<ProcedureOfClaim>,
    item: Many<Item>,
    total: Many<Total>,
    /// The period, and a day where there is one instead, or when it was recorded.
    period: One<Period>,
    day: Text,
    recorded: Text,
}

/// Reads a value and hands on each resource in it.
struct Taking<'r, 'l, 'a>(&'r mut Resources<'l, 'a>);

impl<'de> DeserializeSeed<'de> for Taking<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Taking<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource, or a list of them")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Taking(self.0))?.is_some() {}
        Ok(())
    }

    /// A resource, or an entry of a Bundle with one. Names come in any order, that of the kind last at times.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut resource = Resource::default();
        while let Some(Text(name)) = map.next_key()? {
            match name.as_str() {
                "resourceType" => resource.kind = map.next_value()?,
                // A Bundle's entries, an entry's resource, resources inside another.
                "entry" | "resource" | "contained" => map.next_value_seed(Taking(self.0))?,
                "code" => resource.code = map.next_value()?,
                "reasonCode" => resource.reason = map.next_value()?,
                "medicationCodeableConcept" => resource.medication = map.next_value()?,
                "diagnosis" => resource.diagnosis = map.next_value()?,
                "procedure" => resource.procedure = map.next_value()?,
                "item" => resource.item = map.next_value()?,
                "total" => resource.total = map.next_value()?,
                "billablePeriod" | "onsetPeriod" | "performedPeriod" | "period" => {
                    resource.period = map.next_value()?;
                }
                "onsetDateTime" | "performedDateTime" => resource.day = map.next_value()?,
                "recordedDate" | "authoredOn" => resource.recorded = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.0.take(&resource);
        Ok(())
    }
}

/// Counts the codes of resources.
struct Resources<'l, 'a> {
    ledger: &'l mut Ledger<'a>,
    resources: u64,
    others: u64,
    codings: u64,
    unnamed: u64,
    who_icd10: u64,
}

impl<'l, 'a> Resources<'l, 'a> {
    fn new(ledger: &'l mut Ledger<'a>) -> Self {
        Self { ledger, resources: 0, others: 0, codings: 0, unnamed: 0, who_icd10: 0 }
    }

    /// NDJSON: a line that is no JSON is left out, and the next one read.
    fn lines(&mut self, reader: &mut impl BufRead, first: Vec<u8>) -> Result<(), Fault> {
        let mut line = first;
        for number in 1.. {
            let read = line.trim_ascii().is_empty() || self.value(&line);
            if !read {
                let fact = "a line is no JSON, or nested deeper than any resource; what was not read of it is left out";
                self.ledger.problem(ProblemCode::BadUsage, Some(number), fact);
            }
            match piece(reader, (b'\n', b'\n'), MAX_LINE, &mut line)? {
                Piece::End => break,
                Piece::Whole => {}
                Piece::TooLong => {
                    let fact = "a line is longer than any resource; it was left out";
                    self.ledger.problem(ProblemCode::BadUsage, Some(number + 1), fact);
                    line.clear();
                }
            }
        }
        Ok(())
    }

    /// Reads the one value of a line.
    fn value(&mut self, line: &[u8]) -> bool {
        let mut deserializer = Deserializer::from_slice(line);
        Taking(self).deserialize(&mut deserializer).and_then(|()| deserializer.end()).is_ok()
    }

    /// A document: values one behind the other, each read as it comes.
    fn document(&mut self, reader: impl Read) -> Result<(), Fault> {
        let mut deserializer = Deserializer::from_reader(io::BufReader::new(reader));
        loop {
            match deserializer.end() {
                Ok(()) => return Ok(()),
                Err(error) if error.is_io() => return Err(Fault::Read(error.into())),
                // Another value follows.
                Err(_) => {}
            }
            if let Err(error) = (&mut deserializer).deserialize_any(Taking(self)) {
                if error.is_io() {
                    return Err(Fault::Read(error.into()));
                }
                let fact = if error.is_eof() {
                    "the file ends in the middle: what follows is not known"
                } else {
                    "this is no JSON, or nested deeper than any resource; nothing was read from here on"
                };
                self.ledger.problem(ProblemCode::BadUsage, Some(error.line() as u64), fact);
                return Ok(());
            }
        }
    }

    fn take(&mut self, resource: &Resource) {
        let period = resource.period.0.as_ref();
        let days = days_of(period)
            .with(DayOf::Service, read_day(&resource.day))
            .with(DayOf::Record, read_day(&resource.recorded));
        match resource.kind.0.as_str() {
            // An entry of a Bundle is no resource itself.
            "" | "Bundle" => return,
            "Claim" | "ExplanationOfBenefit" => self.claim(resource, days),
            "Condition" => self.concepts(&resource.code, false, days),
            "Procedure" => {
                self.concepts(&resource.code, true, days);
                self.concepts(&resource.reason, false, days);
            }
            "Encounter" => self.concepts(&resource.reason, false, days),
            "MedicationRequest" => {
                self.concepts(&resource.medication, true, days);
                self.concepts(&resource.reason, false, days);
            }
            _ => {
                self.others += 1;
                return;
            }
        }
        self.resources += 1;
    }

    /// The last day of a claim's period is the discharge of a stay; its procedures and lines have days of their own.
    fn claim(&mut self, claim: &Resource, days: Days) {
        let day = self.ledger.judging(&days);
        self.ledger.begin(Line { amount: charged(&claim.total), day, ..Line::one() });
        for concept in claim.diagnosis.0.iter().flat_map(|diagnosis| &diagnosis.concept.0) {
            self.concept(concept, false, day);
        }
        for procedure in &claim.procedure.0 {
            let own = self.ledger.judging(&days.with(DayOf::Service, read_day(&procedure.date)));
            procedure.concept.0.iter().for_each(|concept| self.concept(concept, true, own));
        }
        for item in &claim.item.0 {
            let served = days_of(item.serviced_period.0.as_ref());
            let served = self.ledger.judging(&served.with(DayOf::Service, read_day(&item.serviced_date)));
            let own = self.ledger.judging(&days.with(DayOf::Service, served));
            let amount = item.net.0.as_ref().and_then(|net| amount(net.value.as_deref()));
            self.ledger.begin(Line { amount, day: own, ..Line::one() });
            let parts = item.detail.0.iter().flat_map(|part| part.product.0.iter().chain(&part.service.0));
            let own_concepts =
                [&item.product, &item.service, &item.modifier].into_iter().flat_map(|many| &many.0);
            own_concepts.chain(parts).for_each(|concept| self.concept(concept, true, own));
        }
    }

    fn concepts(&mut self, concepts: &Many<Concept>, of_procedures: bool, days: Days) {
        let day = self.ledger.judging(&days);
        self.ledger.begin(Line { day, ..Line::one() });
        concepts.0.iter().for_each(|concept| self.concept(concept, of_procedures, day));
    }

    /// A concept in several systems counts once in each: v2 of Blue Button names ICD-10-CM twice.
    fn concept(&mut self, concept: &Concept, of_procedures: bool, day: Option<Date>) {
        let mut given: Vec<(CodeSystem, &str)> = Vec::new();
        for Coding { system: Text(uri), code: Text(code) } in &concept.coding.0 {
            let code = code.trim();
            if code.is_empty() {
                continue;
            }
            let Some(system) = system_of(uri, of_procedures) else {
                self.unnamed += 1;
                continue;
            };
            if given.contains(&(system, code)) {
                continue;
            }
            given.push((system, code));
            self.codings += 1;
            self.who_icd10 += u64::from(is_who_icd10(uri) && self.ledger.vocabulary.wants(system));
            self.ledger.coded_on(system, code.as_bytes(), day);
        }
    }

    fn finish(self) {
        let Self { ledger, resources, others, codings, unnamed, who_icd10 } = self;
        let fact = format!(
            "read as FHIR: {}, {}; {} counted",
            counted(resources, "resource", "resources"),
            counted(codings, "coding", "codings"),
            counted(ledger.codes(), "code", "codes"),
        );
        ledger.note(ProblemCode::UsageRead, fact);
        ledger.left_out(
            others,
            "resource is of a kind whose codes are not read",
            "resources are of kinds whose codes are not read",
        );
        ledger.left_out(
            unnamed,
            "coding does not name its code system",
            "codings do not name their code system",
        );
        if who_icd10 > 0 {
            let title = ledger.vocabulary.set().title;
            let codes = counted(who_icd10, "coding names", "codings name");
            ledger
                .note(ProblemCode::UsageRead, format!("{codes} the system of WHO's ICD-10; read as {title}"));
        }
    }
}

fn read_day(text: &Text) -> Option<Date> {
    day::read(text.0.as_bytes()).known()
}

fn days_of(period: Option<&Period>) -> Days {
    let Some(period) = period else { return Days::default() };
    Days::default().with(DayOf::From, read_day(&period.start)).with(DayOf::Through, read_day(&period.end))
}

fn amount(value: Option<&serde_json::value::RawValue>) -> Option<Amount> {
    Amount::parse(value?.get().as_bytes())
}

/// What a claim charged: its total or, of several, the submitted one.
fn charged(totals: &Many<Total>) -> Option<Amount> {
    let is_submitted = |total: &&Total| {
        let codings = total.category.0.as_ref().map(|category| &category.coding.0);
        codings.is_none_or(|codings| codings.iter().any(|coding| coding.code.0 == "submitted"))
    };
    let total = totals.0.iter().find(is_submitted)?;
    amount(total.value.as_deref()).or_else(|| amount(total.amount.0.as_ref()?.value.as_deref()))
}
