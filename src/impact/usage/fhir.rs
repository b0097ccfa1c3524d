//! FHIR resources: JSON, NDJSON, Bundles; Claim, ExplanationOfBenefit, Condition, Procedure, Encounter, MedicationRequest,
//! MedicationDispense, MedicationAdministration, MedicationStatement.
//!
//! Source: HL7 FHIR R4 (4.0.1), STU3 where it differs, and R5 for drugs. NDJSON is read line by line, a Bundle entry by entry: what is
//! held is one resource, and of it only the parts in `fhir_shapes`. Nesting is limited by serde_json (128 levels).

use std::fmt;
use std::io::{self, BufRead, Cursor, Read};

use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;

use super::basis::{DayOf, Days};
use super::fhir_shapes::{
    Coding, Concept, Diagnosis, Item, MAX_LIST, Many, Medication, One, Period, ProcedureOfClaim, Reference,
    Text, Total,
};
use super::input::{Input, Piece, piece};
use super::ledger::{Ledger, Line};
use super::money::Amount;
use super::{Fault, Layout, UsageOptions};
use crate::base::counted;
use crate::fields::systems::code_system;
use crate::model::{CodeSystem, ProblemCode};
use crate::tables::day;

/// Maximum bytes of a line of NDJSON that is read as a whole. A longer one is a document, read as it comes.
const MAX_LINE: usize = 4 << 20;

/// FHIR resources.
pub(super) struct Fhir;

impl Layout for Fhir {
    fn id(&self) -> &'static str {
        "fhir"
    }

    fn recognizes(&self, head: &[u8], _: &UsageOptions) -> bool {
        // `resourceType`, or the `resource` of an entry. Other JSON is a table: lists of objects, price files.
        let names_a_kind = memchr::memmem::find(head, b"\"resource").is_some();
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

/// WHO's ICD-10: US data of before R4 name ICD-10-CM and ICD-10-PCS so (CMS Blue Button v1, for one).
fn is_who_icd10(uri: &str) -> bool {
    let uri = uri.trim().trim_end_matches('/');
    uri.ends_with("hl7.org/fhir/sid/icd-10") || uri == "urn:oid:2.16.840.1.113883.6.3"
}

/// A drug that is described inside the resource that names it.
#[derive(Debug)]
struct Drug {
    id: String,
    code: Many<Concept>,
}

/// A resource of any kind: the parts that are read of one or another.
#[derive(Debug, Default)]
struct Resource {
    kind: Text,
    code: Many<Concept>,
    reason: Many<Concept>,
    medication: Many<Concept>,
    /// The drug of R5, or the resource that a reference names.
    drug: One<Medication>,
    drug_elsewhere: One<Reference>,
    /// The drugs inside it.
    contained: Vec<Drug>,
    id: Text,
    diagnosis: Many<Diagnosis>,
    procedure: Many<ProcedureOfClaim>,
    item: Many<Item>,
    total: Many<Total>,
    /// The period, and a day where there is one instead, or when it was recorded.
    period: One<Period>,
    day: Text,
    recorded: Text,
}

/// Reads a value and hands on each resource in it. Drugs inside another resource are kept for it, where there is a list.
struct ResourceSeed<'r, 'l, 'a>(&'r mut Resources<'l, 'a>, Option<&'r mut Vec<Drug>>);

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, '_, '_> {
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

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(ResourceSeed(self.0, self.1.as_deref_mut()))?.is_some() {}
        Ok(())
    }

    /// A resource, or an entry of a Bundle with one. Names come in any order, that of the kind last at times.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut resource = Resource::default();
        while let Some(Text(name)) = map.next_key()? {
            match name.as_str() {
                "resourceType" => resource.kind = map.next_value()?,
                // A Bundle's entries, an entry's resource.
                "entry" | "resource" => map.next_value_seed(ResourceSeed(self.0, None))?,
                // Resources inside another: a drug is part of the resource that names it.
                "contained" => map.next_value_seed(ResourceSeed(self.0, Some(&mut resource.contained)))?,
                "id" => resource.id = map.next_value()?,
                "code" => resource.code = map.next_value()?,
                "reasonCode" => resource.reason = map.next_value()?,
                "medicationCodeableConcept" => resource.medication = map.next_value()?,
                "medication" => resource.drug = map.next_value()?,
                "medicationReference" => resource.drug_elsewhere = map.next_value()?,
                "diagnosis" => resource.diagnosis = map.next_value()?,
                "procedure" => resource.procedure = map.next_value()?,
                "item" => resource.item = map.next_value()?,
                "total" => resource.total = map.next_value()?,
                "billablePeriod" | "onsetPeriod" | "performedPeriod" | "effectivePeriod"
                | "occurencePeriod" | "period" => {
                    resource.period = map.next_value()?;
                }
                // R5 writes `occurence` in MedicationAdministration.
                "onsetDateTime" | "performedDateTime" | "effectiveDateTime" | "occurenceDateTime"
                | "whenHandedOver" => resource.day = map.next_value()?,
                "recordedDate" | "authoredOn" | "dateAsserted" | "whenPrepared" | "recorded" => {
                    resource.recorded = map.next_value()?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match self.1 {
            Some(drugs) if resource.kind.0 == "Medication" => {
                if drugs.len() < MAX_LIST {
                    drugs.push(Drug { id: resource.id.0, code: resource.code });
                }
            }
            _ => self.0.take(&resource),
        }
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
    /// Drugs that are named by another resource of the file or of a server.
    elsewhere: u64,
}

impl<'l, 'a> Resources<'l, 'a> {
    fn new(ledger: &'l mut Ledger<'a>) -> Self {
        Self { ledger, resources: 0, others: 0, codings: 0, unnamed: 0, who_icd10: 0, elsewhere: 0 }
    }

    /// Reads NDJSON: a line that is not JSON is left out, and the next one read.
    fn lines(&mut self, reader: &mut impl BufRead, first: Vec<u8>) -> Result<(), Fault> {
        let mut line = first;
        for number in 1.. {
            let read = line.trim_ascii().is_empty() || self.value(&line);
            if !read {
                let fact = "a line is not valid JSON or is nested too deeply; its unread part was left out";
                self.ledger.problem(ProblemCode::BadUsage, Some(number), fact);
            }
            match piece(reader, (b'\n', b'\n'), MAX_LINE, &mut line)? {
                Piece::End => break,
                Piece::Whole => {}
                Piece::TooLong => {
                    let fact = "a line is too long for a resource and was left out";
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
        ResourceSeed(self, None).deserialize(&mut deserializer).and_then(|()| deserializer.end()).is_ok()
    }

    /// Reads a document: a sequence of values, each read as it comes.
    fn document(&mut self, reader: impl Read) -> Result<(), Fault> {
        let mut deserializer = Deserializer::from_reader(io::BufReader::new(reader));
        loop {
            match deserializer.end() {
                Ok(()) => return Ok(()),
                Err(error) if error.is_io() => return Err(Fault::Read(error.into())),
                // Another value follows.
                Err(_) => {}
            }
            if let Err(error) = (&mut deserializer).deserialize_any(ResourceSeed(self, None)) {
                if error.is_io() {
                    return Err(Fault::Read(error.into()));
                }
                let fact = if error.is_eof() {
                    "the file is truncated, so later records are missing"
                } else {
                    "this is not valid JSON or is nested too deeply; the rest of the file was not read"
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
            // An entry of a Bundle is not a resource itself.
            "" | "Bundle" => return,
            "Claim" | "ExplanationOfBenefit" => self.claim(resource, days),
            "Condition" => self.concepts(&resource.code, false, days),
            "Procedure" => {
                self.concepts(&resource.code, true, days);
                self.concepts(&resource.reason, false, days);
            }
            "Encounter" => self.concepts(&resource.reason, false, days),
            "MedicationRequest"
            | "MedicationDispense"
            | "MedicationAdministration"
            | "MedicationStatement" => {
                self.drug(resource, days);
                self.concepts(&resource.reason, false, days);
            }
            _ => {
                self.others += 1;
                return;
            }
        }
        self.resources += 1;
    }

    /// The drug of a resource: its concept, or that of the resource inside it that it refers to.
    fn drug(&mut self, resource: &Resource, days: Days) {
        self.concepts(&resource.medication, true, days);
        let drug = resource.drug.0.as_ref();
        if let Some(drug) = drug {
            self.concepts(&drug.concept, true, days);
        }
        let elsewhere = resource.drug_elsewhere.0.as_ref().or_else(|| drug?.reference.0.as_ref());
        let Some(Reference { reference: Text(name) }) = elsewhere else { return };
        let named = |drug: &&Drug| name.strip_prefix('#').is_some_and(|id| id == drug.id);
        match resource.contained.iter().find(named) {
            Some(drug) => self.concepts(&drug.code, true, days),
            None => self.elsewhere += 1,
        }
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
            let own_concepts = [&item.product, &item.service].into_iter().flat_map(|many| &many.0);
            own_concepts.chain(parts).for_each(|concept| self.concept(concept, true, own));
            self.modifiers(&item.modifier, own);
        }
    }

    fn concepts(&mut self, concepts: &Many<Concept>, of_procedures: bool, days: Days) {
        let day = self.ledger.judging(&days);
        self.ledger.begin(Line { day, ..Line::one() });
        concepts.0.iter().for_each(|concept| self.concept(concept, of_procedures, day));
    }

    /// Modifiers of a line of a claim: those of HCPCS are its own concepts.
    fn modifiers(&mut self, modifiers: &Many<Concept>, day: Option<Date>) {
        for Coding { system: Text(uri), code: Text(code) } in modifiers.0.iter().flat_map(|one| &one.coding.0)
        {
            match code_system(uri, true) {
                Some(system) => self.ledger.modifier(system, code.as_bytes(), day),
                None => self.unnamed += 1,
            }
        }
    }

    /// A concept in several systems counts once in each: v2 of Blue Button names ICD-10-CM twice.
    fn concept(&mut self, concept: &Concept, of_procedures: bool, day: Option<Date>) {
        let mut given: Vec<(CodeSystem, &str)> = Vec::new();
        for Coding { system: Text(uri), code: Text(code) } in &concept.coding.0 {
            let code = code.trim();
            if code.is_empty() {
                continue;
            }
            let Some(system) = code_system(uri, of_procedures) else {
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
        let Self { ledger, resources, others, codings, unnamed, who_icd10, elsewhere } = self;
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
        ledger.left_out(
            elsewhere,
            "drug is given by a reference to another resource",
            "drugs are given by references to other resources",
        );
        if who_icd10 > 0 {
            let title = ledger.vocabulary.set().title;
            let codes = counted(who_icd10, "coding names", "codings name");
            ledger.note(
                ProblemCode::UsageRead,
                format!("{codes} the code system of the WHO's ICD-10; read as {title}"),
            );
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

/// Returns the amount that a claim charged: its total or, of several, the submitted one.
fn charged(totals: &Many<Total>) -> Option<Amount> {
    let is_submitted = |total: &&Total| {
        let codings = total.category.0.as_ref().map(|category| &category.coding.0);
        codings.is_none_or(|codings| codings.iter().any(|coding| coding.code.0 == "submitted"))
    };
    let total = totals.0.iter().find(is_submitted)?;
    amount(total.value.as_deref()).or_else(|| amount(total.amount.0.as_ref()?.value.as_deref()))
}
