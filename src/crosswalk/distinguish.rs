//! The differences between candidates: the words that are not in all of their descriptions, by axis. The documentation
//! of a case must state them.

use serde::Serialize;

use super::{Cardinality, Crosswalk, Mapping, Target};
use crate::base::closed_list;

/// One question that decides between candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Axis {
    /// The subject of the question.
    pub axis: AxisKind,
    /// The answers, in the order of the candidates.
    pub values: Vec<AxisValue>,
}

/// One answer, and the candidates that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AxisValue {
    /// The words of the descriptions; empty if these candidates have no words on this axis.
    pub words: String,
    /// The candidates, as people write their codes.
    pub targets: Vec<String>,
}

closed_list! {
    /// The subjects of words.
    pub enum AxisKind {
        /// The side of the body.
        Side = "side",
        /// The encounter: initial, subsequent, sequela, and the state of the fracture.
        Encounter = "encounter",
        /// A type: numbered, primary, secondary.
        Type = "type",
        /// A numbered stage, grade or class.
        Stage = "stage",
        /// Severity.
        Severity = "severity",
        /// Course: acute, chronic, in remission.
        Course = "course",
        /// The part of the body.
        Site = "site",
        /// Anything else.
        Other = "other",
    }
}

impl AxisKind {
    /// Returns whether a description has a word about this subject.
    pub fn is_named_in(self, description: &str) -> bool {
        let words = description.split(|char: char| char.is_whitespace() || ",;:()[]".contains(char));
        words.map(str::to_lowercase).any(|word| {
            let is_in_list =
                WORDS.iter().any(|(axis, words)| *axis == self && words.contains(&word.as_str()));
            let is_numbered = NUMBERED.iter().any(|(numbered, axis)| *axis == self && *numbered == word);
            let is_encounter = self == Self::Encounter && word == "encounter";
            is_in_list || is_numbered || is_encounter || self == Self::Site && is_site(&word)
        })
    }
}

/// Words that belong to an axis by themselves.
const WORDS: &[(AxisKind, &[&str])] = &[
    (AxisKind::Side, &["left", "right", "bilateral", "unilateral"]),
    (AxisKind::Encounter, &["sequela"]),
    (AxisKind::Type, &["primary", "secondary", "progressive", "relapsing-remitting"]),
    (AxisKind::Stage, &["unstageable"]),
    (AxisKind::Severity, &["mild", "moderate", "severe", "profound"]),
    (
        AxisKind::Course,
        &[
            "acute",
            "subacute",
            "chronic",
            "recurrent",
            "intermittent",
            "persistent",
            "transient",
            "active",
            "non-active",
            "remission",
        ],
    ),
];

/// Words that belong with the next word: `type 1`, `stage 3a`, `class 2`.
const NUMBERED: &[(&str, AxisKind)] = &[
    ("type", AxisKind::Type),
    ("stage", AxisKind::Stage),
    ("grade", AxisKind::Stage),
    ("class", AxisKind::Stage),
];

/// Words for parts of the body. A run of other words with one of them is about the site.
const SITES: &str = "abdomen abdominal ankle anterior arm artery axilla back bladder bone brain breast cervical \
    chest colon cornea distal ear elbow esophagus eye eyelid face femur finger flank foot forearm \
    groin hand head heart hip humerus inguinal jaw joint kidney knee leg lip liver lower lumbar \
    lung lymph mouth neck nose ovary pelvic pelvis posterior proximal radius rectum scalp shoulder \
    skin spine stomach thigh thoracic thumb tibia toe tongue trunk ulna upper vein vulva wall wrist";

/// Words without meaning at the ends of a run.
const LINKS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to"];

/// The word for an axis that a candidate does not specify.
const UNSPECIFIED: &str = "unspecified";

/// Distinguishes the candidates of every mapping with several, unless all of them belong together.
pub(super) fn fill(crosswalk: &mut Crosswalk<'_>) {
    for mapping in &mut crosswalk.mappings {
        mapping.distinguish = axes(mapping);
        if let Some(undecided) = &mut mapping.undecided {
            undecided.distinguish = axes(undecided);
        }
    }
}

fn axes(mapping: &Mapping<'_>) -> Vec<Axis> {
    if mapping.cardinality != Cardinality::Many {
        return Vec::new();
    }
    among(mapping.targets.iter().map(Candidate::of).collect())
}

fn among(mut candidates: Vec<Candidate>) -> Vec<Axis> {
    let whole: Vec<String> = candidates.iter().map(Candidate::text).collect();
    without_common(&mut candidates);
    let mut values: Vec<Values> = candidates.iter().map(Candidate::values).collect();
    settle_unspecified(&mut values);
    // If only the order of words differs, show the whole descriptions.
    if (1..values.len()).any(|at| values[..at].contains(&values[at])) {
        for (value, text) in values.iter_mut().zip(whole) {
            value[AxisKind::Other as usize] = vec![text];
        }
    }
    let axes = AxisKind::ALL.iter().enumerate();
    axes.filter_map(|(at, &axis)| grouped(axis, at, &candidates, &values)).collect()
}

/// A candidate: its code, the encounter it is for, and the words of its description that were not removed yet.
struct Candidate {
    display: String,
    encounter: Option<String>,
    words: Vec<Option<String>>,
}

/// The words of a candidate on each axis, in the order of [`AxisKind::ALL`].
type Values = Vec<Vec<String>>;

impl Candidate {
    fn of(target: &Target<'_>) -> Self {
        Self::new(target.entry.display(), target.entry.shown_long())
    }

    fn new(display: String, description: &str) -> Self {
        let plain = |word: &str| word.trim_matches([',', ';', ':']).to_lowercase();
        let words = description.split_whitespace().map(plain).filter(|word| !word.is_empty());
        let mut words = words.map(Some).collect();
        let encounter = encounter(&mut words);
        Self { display, encounter, words }
    }

    /// Returns the description without the encounter.
    fn text(&self) -> String {
        self.words.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Removes the words by axis: the encounter, numbered and listed words, then the remaining runs.
    fn values(&self) -> Values {
        let mut words = self.words.clone();
        let mut values: Values = vec![Vec::new(); AxisKind::ALL.len()];
        values[AxisKind::Encounter as usize].extend(self.encounter.clone());
        let mut before = None;
        for at in 0..words.len() {
            let Some((axis, text)) = listed(&mut words, at) else {
                before = None;
                continue;
            };
            // `primary progressive` is one answer.
            match values[axis as usize].last_mut().filter(|_| before == Some(axis)) {
                Some(last) => *last = format!("{last} {text}"),
                None => values[axis as usize].push(text),
            }
            before = Some(axis);
        }
        for run in words.split(Option::is_none) {
            let run: Vec<&str> = run.iter().flatten().map(String::as_str).collect();
            let run = trimmed(&run);
            if !run.is_empty() {
                let site = run.iter().any(|word| is_site(word));
                let axis = if site { AxisKind::Site } else { AxisKind::Other };
                values[axis as usize].push(run.join(" "));
            }
        }
        values
    }
}

/// Removes the words that occur in all descriptions, as often as they occur in all of them.
fn without_common(candidates: &mut [Candidate]) {
    let Some(first) = candidates.first() else { return };
    let mut common: Vec<String> = first.words.iter().flatten().cloned().collect();
    for candidate in candidates.iter() {
        let mut left: Vec<&String> = candidate.words.iter().flatten().collect();
        common.retain(|word| {
            let at = left.iter().position(|other| *other == word);
            at.map(|at| left.remove(at)).is_some()
        });
    }
    // `type 2` stays together: half of it has no meaning.
    common.retain(|word| !NUMBERED.iter().any(|(numbered, _)| numbered == word));
    for candidate in candidates {
        for word in &common {
            if let Some(at) = candidate.words.iter().position(|other| other.as_ref() == Some(word)) {
                candidate.words[at] = None;
            }
        }
    }
}

/// Removes the end of a description from `initial encounter` or `subsequent encounter` on. `Encounter for ..` at its
/// beginning is something else.
fn encounter(words: &mut Vec<Option<String>>) -> Option<String> {
    let is = |at: usize, word: &str| words.get(at).is_some_and(|held| held.as_deref() == Some(word));
    let start = (0..words.len())
        .find(|&at| (is(at, "initial") || is(at, "subsequent")) && is(at + 1, "encounter"))?;
    let taken: Vec<String> = words.drain(start..).flatten().collect();
    Some(taken.join(" "))
}

/// Removes a word that belongs to an axis, alone or with the number that follows it.
fn listed(words: &mut [Option<String>], at: usize) -> Option<(AxisKind, String)> {
    let word = words[at].clone()?;
    if let Some((_, axis)) = NUMBERED.iter().find(|(numbered, _)| *numbered == word) {
        let number = words.get(at + 1).cloned().flatten().filter(|number| is_number(number));
        if let Some(number) = number {
            words[at] = None;
            words[at + 1] = None;
            return Some((*axis, format!("{word} {number}")));
        }
    }
    let next_is = |word: &str| words.get(at + 1).is_some_and(|next| next.as_deref() == Some(word));
    let side = WORDS[0].1.contains(&word.as_str()) || word == UNSPECIFIED;
    if side && next_is("side") {
        words[at + 1] = None;
        words[at] = None;
        return Some((AxisKind::Side, word));
    }
    let (axis, _) = WORDS.iter().find(|(_, listed)| listed.contains(&word.as_str()))?;
    words[at] = None;
    Some((*axis, word))
}

fn is_site(word: &str) -> bool {
    let word = word.trim_matches(['(', ')']);
    SITES.split(' ').any(|site| site == word)
}

/// `1`, `3a`, `ii`, `iva`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_end_matches(['a', 'b', 'c']);
    !digits.is_empty()
        && digits.len() <= 3
        && digits.chars().all(|char| char.is_ascii_digit() || "ivx".contains(char))
}

fn trimmed<'w>(run: &'w [&'w str]) -> &'w [&'w str] {
    let link = |word: &&str| LINKS.contains(word) || NUMBERED.iter().any(|(numbered, _)| numbered == word);
    let start = run.iter().position(|word| !link(word)).unwrap_or(run.len());
    let end = run.iter().rposition(|word| !link(word)).map_or(start, |last| last + 1);
    &run[start..end]
}

/// Resolves `unspecified`: alone it means the first axis on which the others have words and this one does not. Before a
/// part of the body (`unspecified upper arm`) it means the side.
fn settle_unspecified(values: &mut [Values]) {
    let other = AxisKind::Other as usize;
    for axis in 0..AxisKind::Site as usize {
        if values.iter().all(|value| value[axis].is_empty()) {
            continue;
        }
        for value in values.iter_mut().filter(|value| value[axis].is_empty()) {
            if axis == AxisKind::Side as usize && is_any_side(&mut value[AxisKind::Site as usize]) {
                value[axis].push(UNSPECIFIED.to_owned());
            } else if let Some(at) = value[other].iter().position(|words| words == UNSPECIFIED) {
                value[other].remove(at);
                value[axis].push(UNSPECIFIED.to_owned());
            }
        }
    }
}

/// Removes `unspecified` from the beginning of a site; returns whether it was there.
fn is_any_side(sites: &mut [String]) -> bool {
    let Some(first) = sites.first_mut() else { return false };
    let rest = first.strip_prefix(UNSPECIFIED).and_then(|rest| rest.strip_prefix(' ')).map(str::to_owned);
    rest.map(|rest| *first = rest).is_some()
}

/// Returns the answers on one axis, if the candidates differ on it.
fn grouped(axis: AxisKind, at: usize, candidates: &[Candidate], values: &[Values]) -> Option<Axis> {
    let mut answers: Vec<AxisValue> = Vec::new();
    for (candidate, value) in candidates.iter().zip(values) {
        let words = value[at].join(", ");
        match answers.iter_mut().find(|answer| answer.words == words) {
            Some(answer) => answer.targets.push(candidate.display.clone()),
            None => answers.push(AxisValue { words, targets: vec![candidate.display.clone()] }),
        }
    }
    (answers.len() > 1).then_some(Axis { axis, values: answers })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the questions about descriptions, one a line; candidates are called a, b, c.
    fn asked(descriptions: &[&str]) -> Vec<String> {
        let name = |at: usize| char::from(b'a' + at as u8).to_string();
        let candidates = descriptions.iter().enumerate();
        let axes = among(candidates.map(|(at, text)| Candidate::new(name(at), text)).collect());
        let value = |value: &AxisValue| format!("{} ({})", value.words, value.targets.join(" "));
        let described = |axis: &Axis| {
            let values: Vec<_> = axis.values.iter().map(value).collect();
            format!("{}: {}", axis.axis.word(), values.join(" / "))
        };
        axes.iter().map(described).collect()
    }

    #[test]
    fn sides_are_asked_for_and_an_unspecified_one_is_a_side() {
        assert_eq!(
            asked(&["Pain in right hand", "Pain in left hand", "Pain in unspecified hand"]),
            ["side: right (a) / left (b) / unspecified (c)"]
        );
    }

    #[test]
    fn an_unspecified_part_of_the_body_is_one_of_an_unspecified_side() {
        assert_eq!(
            asked(&["Ulcer of right upper arm", "Ulcer of unspecified upper arm", "Ulcer of left hand"]),
            ["side: right (a) / unspecified (b) / left (c)", "site: upper arm (a b) / hand (c)"]
        );
        assert_eq!(
            asked(&["Flank pain, right side", "Flank pain, unspecified side", "Flank pain, bilateral"]),
            ["side: right (a) / unspecified (b) / bilateral (c)"]
        );
    }

    #[test]
    fn encounters_are_asked_for_with_what_became_of_the_fracture() {
        let closed = "Fracture of rib, initial encounter for closed fracture";
        let open = "Fracture of rib, initial encounter for open fracture";
        let healing = "Fracture of rib, subsequent encounter for fracture with routine healing";
        assert_eq!(
            asked(&[closed, open, healing, "Fracture of rib, sequela"]),
            [
                "encounter: initial encounter for closed fracture (a) / initial encounter for open fracture (b) \
                 / subsequent encounter for fracture with routine healing (c) / sequela (d)"
            ]
        );
        assert_eq!(
            asked(&["Burn of right foot, initial encounter", "Burn of left foot, initial encounter"]),
            ["side: right (a) / left (b)"]
        );
    }

    #[test]
    fn an_encounter_for_something_is_no_axis_and_the_order_of_words_may_be_all_that_tells() {
        assert_eq!(
            asked(&["Encounter for screening of eggs", "Encounter for removal of eggs"]),
            ["other: screening (a) / removal (b)"]
        );
        assert_eq!(
            asked(&["Pain with fever, without cough", "Pain with cough, without fever"]),
            ["other: pain with fever without cough (a) / pain with cough without fever (b)"]
        );
    }

    #[test]
    fn types_stages_and_severity_are_axes_of_their_own() {
        assert_eq!(
            asked(&[
                "Kidney disease, stage 3a",
                "Kidney disease, stage 3b",
                "Kidney disease, stage 3 unspecified"
            ]),
            ["stage: stage 3a (a) / stage 3b (b) / stage 3 (c)", "other:  (a b) / unspecified (c)"]
        );
        assert_eq!(
            asked(&["Fever, mild", "Fever, severe", "Fever, unspecified"]),
            ["severity: mild (a) / severe (b) / unspecified (c)"]
        );
        assert_eq!(asked(&["Diabetes, type 1", "Diabetes, type 2"]), ["type: type 1 (a) / type 2 (b)"]);
        assert_eq!(
            asked(&["Acute pain of right hip", "Chronic pain of left hip"]),
            ["side: right (a) / left (b)", "course: acute (a) / chronic (b)"]
        );
    }

    #[test]
    fn sites_and_other_words_are_what_is_left() {
        assert_eq!(
            asked(&["Contusion of abdominal wall", "Contusion of groin"]),
            ["site: abdominal wall (a) / groin (b)"]
        );
        assert_eq!(
            asked(&["Allergy to milk", "Allergy to milk with tolerance to baked milk"]),
            ["other:  (a) / with tolerance to baked milk (b)"]
        );
        assert!(asked(&["The same", "The same"]).is_empty());
        assert!(asked(&["", ""]).is_empty(), "descriptions that are left out tell nothing");
    }
}
