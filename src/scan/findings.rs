//! Findings about the codes of a file, made once it is known which of its fields hold codes.

use std::sync::Arc;

use super::context::FieldContext;
use super::field::Field;
use super::finding::{Finding, FindingKind};
use super::incomplete::{self, Lack, Reason};
use super::known::CodeStatus;
use super::matching::{Matched, Matcher};
use super::{Occurrence, PlaceUse, Plan, Region, Subject, Topic, families};
use crate::base::counted;
use crate::crosswalk::ReasonKind;
use crate::crosswalk::{Disposition, Mapping};
use crate::diff::Kind as Change;
use crate::fields::code_id::CodeId;
use crate::fields::evidence::FieldKind;
use crate::fields::systems::SetName;
use crate::model::Entry;
use crate::read::{Container, Reading};

/// Maximum number of codes of a pattern to name.
const NAMED: usize = 5;

/// The share of values of a field that must be codes for another one to be called an error, if no name declares them.
const SLIPS: f64 = 0.8;

/// Regions and findings of a file.
pub(super) fn of<'p>(
    plan: &'p Plan<'_>,
    fields: Vec<Field>,
    parts: &[Container],
    around: Option<SetName>,
) -> (Vec<Region>, Vec<Arc<Finding<'p>>>) {
    let (mut regions, mut findings) = (Vec::new(), Vec::new());
    let verdicts = families::judge(&fields, plan.set(), around);
    let has_dots = writes_dots(&fields, &verdicts);
    // A field with its places is dropped as soon as its findings exist.
    for (field, verdict) in fields.into_iter().zip(verdicts).filter(|(field, _)| field.values > 0) {
        let field = &field;
        let (set, codes, basis) = match &verdict {
            FieldKind::Ours(basis) => (plan.set().id, u64::from(field.distinct), basis),
            FieldKind::Other(set, basis) => (*set, field.values, basis),
            FieldKind::Unclear(basis) => ("unclear", u64::from(field.distinct), basis),
            FieldKind::None => continue,
        };
        let is_ours = matches!(verdict, FieldKind::Ours(_));
        let headers = if is_ours && field.keeps_headers() { field.headers } else { 0 };
        let (place, basis) = (parts[field.part].field(&field.path), basis.clone());
        let occurrences = field.occurrences.iter().map(|occurrence| (occurrence.subject(), occurrence));
        let (last, first) = (occurrences.clone().collect(), occurrences.rev().collect());
        let path = Arc::from(field.path.as_str());
        let about = FieldContext { plan, field, parts, has_dots, path, last, first };
        let mut ended = field.ended;
        if is_ours {
            ended += field.occurrences.iter().filter(|occurrence| about.was_right(occurrence)).count() as u64;
            findings.extend(
                field.occurrences.iter().filter_map(|occurrence| finding(&about, occurrence)).map(Arc::new),
            );
            let lacks = incomplete::of(plan, field);
            findings.extend(
                lacks.iter().filter_map(|(code, lack)| incomplete(&about, *code, lack)).map(Arc::new),
            );
        }
        regions.push(Region { place, set, codes, basis, headers, ended });
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    (regions, findings)
}

/// Returns whether most of the longer codes in the lists of a file have dots. It shows how a list is written that holds
/// nothing but categories, which never have one.
fn writes_dots(fields: &[Field], verdicts: &[FieldKind]) -> bool {
    let is_list = |field: &Field, verdict: &FieldKind| {
        matches!(verdict, FieldKind::Ours(_)) && field.reading == Reading::Value
    };
    let lists = fields.iter().zip(verdicts).filter(|(field, verdict)| is_list(field, verdict));
    let (dotted, plain) =
        lists.fold((0, 0), |(dotted, plain), (field, _)| (dotted + field.dotted, plain + field.plain));
    dotted > plain
}

/// Returns the order of the file: part by part, line by line.
fn order<'f>(finding: &'f Finding<'_>) -> (u32, u32, u32, FindingKind, &'f str) {
    let location = &finding.location;
    (location.part_number, location.line, location.column, finding.kind, &finding.code)
}

fn finding<'p>(context: &FieldContext<'_, 'p, '_>, occurrence: &Occurrence) -> Option<Finding<'p>> {
    match &occurrence.topic {
        Topic::Code(_) if context.was_right(occurrence) => None,
        Topic::Code(code) => of_code(context, occurrence, *code),
        Topic::NotYet(code) => Some(not_yet(context, occurrence, *code)),
        Topic::Unknown(text) => unknown(context, occurrence, text),
        Topic::Wording(code) => wording(context, occurrence, *code),
        Topic::NextToNew(_) => None,
        Topic::Pattern(reading) => pattern(context, occurrence, *reading),
    }
}

fn plain<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    kind: FindingKind,
    message: String,
) -> Finding<'p> {
    let subject = occurrence.subject();
    let code = subject.text(&context.plan.codes);
    let display = match kind {
        FindingKind::Pattern | FindingKind::Range => shown(&occurrence.written),
        _ => (context.plan.set().display)(code),
    };
    let more = context.field.counts.get(subject).map_or(0, |count| count.more);
    let is_last = context.last.get(&subject).is_some_and(|last| std::ptr::eq(*last, occurrence));
    Finding {
        kind,
        code: code.to_owned(),
        display,
        written: occurrence.written.clone(),
        location: context.location(occurrence.position),
        place_use: context.use_of(occurrence),
        mapping: None,
        nearest: Vec::new(),
        predecessors: Vec::new(),
        lacks: None,
        message,
        hint: None,
        decision: None,
        more: if is_last { more } else { 0 },
        site: context.site(occurrence),
    }
}

/// Adds the replacement to a finding. A replacement that is already in the list needs review.
fn replaced<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    finding: Finding<'p>,
    mapping: Option<&'p Mapping<'p>>,
) -> Finding<'p> {
    let Some(mapping) = mapping else { return finding };
    let held = mapping.targets.first().filter(|target| context.holds(target.entry.code(), occurrence.owner));
    let is_list = context.field.is_list() && matches!(finding.place_use, PlaceUse::List | PlaceUse::Period);
    match (mapping.decision, held) {
        (Disposition::Automatic, Some(target)) if is_list => Finding {
            mapping: Some(mapping),
            decision: Some(Disposition::Choose),
            hint: Some(format!("{} is already in the list", target.entry.display())),
            ..finding
        },
        (decision, _) => Finding { mapping: Some(mapping), decision: Some(decision), ..finding },
    }
}

fn of_code<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    code: CodeId,
) -> Option<Finding<'p>> {
    let plan = context.plan;
    let known = plan.codes.get(code);
    let new = plan.new.id();
    let display = known.display();
    match known.status {
        CodeStatus::Dead(change) => {
            let mapping = plan.mapping(code);
            let how = match change {
                Change::Demoted => {
                    format!("{display} is no longer billable: it is a category header in {new}")
                }
                Change::Terminated => format!("{display} has ended: it is not billable in {new}"),
                _ => format!("{display} is no longer in {new}"),
            };
            Some(replaced(context, occurrence, plain(context, occurrence, FindingKind::Dead, how), mapping))
        }
        CodeStatus::Ended => {
            let reason = plan.reasons.of(known.code);
            let fact = ended(context, &display, reason.kind);
            Some(Finding { nearest: reason.nearest, ..plain(context, occurrence, FindingKind::Ended, fact) })
        }
        CodeStatus::Header if !context.field.keeps_headers() => {
            let below = known.entry()?.billable_from_here();
            let fact = format!("{display} is a category header among billable codes");
            let hint = (below > 0)
                .then(|| format!("{} below it", counted(below, "billable code is", "billable codes are")));
            Some(Finding { hint, ..plain(context, occurrence, FindingKind::Header, fact) })
        }
        CodeStatus::Header | CodeStatus::New => None,
        CodeStatus::Billable => {
            let mapping = plan.mapping(code)?;
            let fact = format!("{display} is still valid, but part of its meaning now has its own code");
            Some(replaced(
                context,
                occurrence,
                plain(context, occurrence, FindingKind::Narrowed, fact),
                Some(mapping),
            ))
        }
    }
}

/// Returns the finding about a code that a list lacks.
fn incomplete<'p>(
    context: &FieldContext<'_, 'p, '_>,
    code: CodeId,
    Lack { reason, predecessors }: &Lack<'p>,
) -> Option<Finding<'p>> {
    let known = context.plan.codes.get(code);
    let display = known.display();
    let of = predecessors.iter().find_map(|(code, _)| context.first.get(&Subject::Code(*code)).copied());
    let position = of.map(|occurrence| occurrence.position).or(context.field.first)?;
    let predecessors: Vec<Entry<'p>> = predecessors.iter().map(|(_, entry)| *entry).collect();
    let new = context.plan.new.id();
    let message = match reason {
        Reason::Siblings => {
            format!("the list has all siblings of {display}, but not {display} itself, which is new in {new}")
        }
        Reason::Predecessors => {
            let named = predecessors.iter().map(|entry| entry.display()).collect::<Vec<_>>().join(", ");
            format!("the list has {named}, but not {display}, which takes over part of its meaning in {new}")
        }
    };
    let lacks = known.new.filter(|entry| !entry.is_withheld());
    Some(Finding {
        kind: FindingKind::Incomplete,
        code: known.code.to_owned(),
        hint: lacks.map(|entry| format!("{display}: {}", entry.shown_long())),
        lacks,
        display,
        written: String::new(),
        location: context.location(position),
        place_use: of.map_or(PlaceUse::List, |occurrence| context.use_of(occurrence)),
        mapping: None,
        nearest: Vec::new(),
        predecessors,
        message,
        decision: None,
        more: 0,
        site: of.and_then(|occurrence| context.site(occurrence)),
    })
}

fn not_yet<'p>(context: &FieldContext<'_, 'p, '_>, occurrence: &Occurrence, code: CodeId) -> Finding<'p> {
    let known = context.plan.codes.get(code);
    let display = known.display();
    let day = context.plan.first_day(known).or(context.plan.begins);
    let from =
        day.map_or_else(|| format!("from {} on", context.plan.new.id()), |day| format!("from {day} on"));
    plain(
        context,
        occurrence,
        FindingKind::NotYetValid,
        format!("{display} is not billable yet, only {from}"),
    )
}

fn unknown<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    text: &str,
) -> Option<Finding<'p>> {
    let plan = context.plan;
    let is_certain = context.field.is_named || context.field.declared == Some(plan.set().id);
    if context.field.reading == Reading::Token || context.field.share() < SLIPS && !is_certain {
        return None;
    }
    let reason = plan.reasons.of(text);
    let display = (plan.set().display)(text);
    let kind = match reason.kind {
        ReasonKind::Placeholder | ReasonKind::OtherSet => return None,
        ReasonKind::Ended | ReasonKind::OnlyInTable => FindingKind::Ended,
        _ => FindingKind::NeverValid,
    };
    let fact = match kind {
        FindingKind::Ended => ended(context, &display, reason.kind),
        _ => format!("{display} is not a code of {} or {}", plan.old.id(), plan.new.id()),
    };
    Some(Finding { nearest: reason.nearest, ..plain(context, occurrence, kind, fact) })
}

/// Returns the message about a code that once existed but is in neither release.
fn ended(context: &FieldContext<'_, '_, '_>, display: &str, reason: ReasonKind) -> String {
    match reason {
        ReasonKind::OnlyInTable => {
            format!("{display} is a new code in the conversion table, but is in neither release")
        }
        _ => format!("{display} was billable, but ended before {}", context.plan.old.id()),
    }
}

fn wording<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    code: CodeId,
) -> Option<Finding<'p>> {
    let known = context.plan.codes.get(code);
    let display = known.display();
    let entry = known.new?;
    let texts = crate::model::TextKind::ALL.iter().filter_map(|kind| Some((known.old?.text(*kind)?, *kind)));
    let statement =
        texts.clone().find(|(old, _)| occurrence.written.contains(*old)).or_else(|| texts.clone().next())?;
    let fact = format!("the description of {display} is the one from {}", context.plan.old.id());
    let hint = entry.shown(statement.1).map(|now| format!("it is now: {now}"));
    let mut finding = Finding { hint, ..plain(context, occurrence, FindingKind::Reworded, fact) };
    if entry.is_withheld() {
        finding.written = String::new();
    }
    Some(finding)
}

fn pattern<'p>(
    context: &FieldContext<'_, 'p, '_>,
    occurrence: &Occurrence,
    reading: Reading,
) -> Option<Finding<'p>> {
    let plan = context.plan;
    let matcher = Matcher::new(&occurrence.written, reading)?;
    if let Some(end) = lost_end(context, &occurrence.written, reading) {
        let fact = format!(
            "`{}`: {}, the first or last code of the range, is no longer in {}",
            shown(&occurrence.written),
            end,
            plan.new.id()
        );
        return Some(plain(context, occurrence, FindingKind::Range, fact));
    }
    let matched = matcher.matched(&plan.codes);
    let fact = describe(&matched, &shown(&occurrence.written), &plan.old.id(), &plan.new.id())?;
    let name = |codes: &[&str]| {
        let named =
            codes.iter().take(NAMED).map(|code| (plan.set().display)(code)).collect::<Vec<_>>().join(", ");
        if codes.len() > NAMED { format!("{named}, ..") } else { named }
    };
    let parts =
        [("gone", &matched.gone), ("new", &matched.came)].into_iter().filter(|(_, codes)| !codes.is_empty());
    let hint = parts.map(|(word, codes)| format!("{word}: {}", name(codes))).collect::<Vec<_>>().join("; ");
    Some(Finding {
        hint: Some(hint).filter(|hint| !hint.is_empty()),
        ..plain(context, occurrence, FindingKind::Pattern, fact)
    })
}

/// Returns the end of a range that exists in OLD and not in NEW.
fn lost_end(context: &FieldContext<'_, '_, '_>, written: &str, reading: Reading) -> Option<String> {
    if !matches!(reading, Reading::Range(None)) {
        return None;
    }
    let (first, last) = crate::fields::notation::ends(written.as_bytes())?;
    [first, last].iter().find_map(|end| {
        let known = context.plan.codes.get(context.plan.codes.find(end.as_bytes())?);
        (known.new.is_none() && known.old.is_some()).then(|| known.display())
    })
}

/// Returns a pattern in display form: in `I60' AND 'I69` the quotes and blanks around `AND` have no meaning.
fn shown(written: &str) -> String {
    let is_range = written.contains('\'');
    let ends = written.split_once('\'').zip(written.rsplit_once('\'')).filter(|_| is_range);
    ends.map_or_else(|| written.to_owned(), |((first, _), (_, last))| format!("{first} .. {last}"))
}

/// Returns the message about a pattern; `None` if it matches the same codes as before.
fn describe(matched: &Matched<'_>, written: &str, old: &str, new: &str) -> Option<String> {
    let codes = |count: usize| counted(count as u64, "code", "codes");
    match (matched.old, matched.new) {
        (0, 0) => Some(format!("`{written}` matches no billable code of {old} or {new}")),
        (before, 0) => Some(format!(
            "`{written}` matches no billable code of {new}; in {old} it matched {}",
            codes(before)
        )),
        (before, now) if !matched.gone.is_empty() || !matched.came.is_empty() => {
            Some(format!("`{written}` now matches {}, previously {before}", codes(now)))
        }
        _ => None,
    }
}
