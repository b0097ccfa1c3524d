//! Attributes that changed, by group.

use serde::Serialize;

use crate::model::{Entry, PropertyDefinition, PropertyGroup};

/// The groups of attributes that are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Hidden groups that are compared anyway, by id; `all` is all of them.
    pub shown: Vec<String>,
    /// Groups that are left out, by id.
    pub left_out: Vec<String>,
}

impl Groups {
    /// Returns whether a group is compared.
    pub fn takes(&self, group: &PropertyGroup) -> bool {
        let named = |list: &[String]| list.iter().any(|id| id == group.id || id == "all");
        !named(&self.left_out) && (!group.hidden || named(&self.shown))
    }
}

/// An attribute that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PropertyChange<'a> {
    /// Its official name.
    pub name: &'a str,
    /// Its group.
    #[serde(serialize_with = "id")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub group: &'static PropertyGroup,
    /// The value in OLD, `null` if it had no value there.
    pub old: Option<&'a str>,
    /// The value in NEW, `null` if it has no value there.
    pub new: Option<&'a str>,
}

fn id<S: serde::Serializer>(group: &&'static PropertyGroup, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(group.id)
}

/// Returns the attributes that differ between two entries, in the order of their definitions.
pub(super) fn changed<'a>(old: Entry<'a>, new: Entry<'a>, groups: &Groups) -> Vec<PropertyChange<'a>> {
    if new.set().properties.is_empty() {
        return changed_by_name(old, new, groups);
    }
    let (mut olds, mut news) = (old.numbered_properties().peekable(), new.numbered_properties().peekable());
    let mut changes = Vec::new();
    loop {
        let number = match (olds.peek(), news.peek()) {
            (None, None) => return changes,
            (Some((old, ..)), None) => *old,
            (None, Some((new, ..))) => *new,
            (Some((old, ..)), Some((new, ..))) => *old.min(new),
        };
        let before = olds.next_if(|(old, ..)| *old == number);
        let after = news.next_if(|(new, ..)| *new == number);
        let value = |side: Option<(u16, &'a PropertyDefinition, &'a str)>| side.map(|(_, _, value)| value);
        if value(before) == value(after) || !old.ships(number) || !new.ships(number) {
            continue;
        }
        if let Some((_, definition, _)) =
            after.or(before).filter(|(_, definition, _)| groups.takes(definition.group))
        {
            changes.push(change(definition, value(before), value(after)));
        }
    }
}

/// Returns the same where each release brings its own definitions.
fn changed_by_name<'a>(old: Entry<'a>, new: Entry<'a>, groups: &Groups) -> Vec<PropertyChange<'a>> {
    let own = new.definitions().iter();
    let gone = old
        .definitions()
        .iter()
        .filter(|definition| new.definitions().iter().all(|own| own.name != definition.name));
    own.chain(gone)
        .filter(|definition| groups.takes(definition.group))
        .map(|definition| (definition, old.property(&definition.name), new.property(&definition.name)))
        .filter(|(_, before, after)| before != after)
        .map(|(definition, before, after)| change(definition, before, after))
        .collect()
}

fn change<'a>(
    definition: &'a PropertyDefinition,
    old: Option<&'a str>,
    new: Option<&'a str>,
) -> PropertyChange<'a> {
    PropertyChange { name: &definition.name, group: definition.group, old, new }
}
