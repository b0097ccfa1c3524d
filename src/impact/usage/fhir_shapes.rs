//! The parts of FHIR resources that are read, and nothing else of them.
//!
//! Everything is lenient: an element of another type than in R4 is skipped, since STU3 and R5 use some of the same
//! names. Elements that are not listed here are never kept in memory.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Maximum number of elements in a list. The longest claims have a thousand lines.
pub(super) const MAX_LIST: usize = 20_000;

/// A text, or empty.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) String);

/// A structure, or empty.
#[derive(Debug)]
pub(super) struct One<T>(pub(super) Option<T>);

/// Structures: of a list, or a single one.
#[derive(Debug)]
pub(super) struct Many<T>(pub(super) Vec<T>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Reads the types it knows and skips others: one of three shapes at a time.
struct Lenient<T>(PhantomData<T>);

/// A value that can be made from JSON values of several types.
trait Shape: Default + Sized {
    fn of_text(_: &str) -> Self {
        Self::default()
    }

    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        pass_map(map).map(|()| Self::default())
    }

    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

fn pass_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl Shape for Text {
    fn of_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<T: DeserializeOwned> Shape for One<T> {
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| Self(Some(one)))
    }
}

impl<T: DeserializeOwned> Shape for Many<T> {
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|one| Self(vec![one]))
    }

    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut many = Vec::new();
        while let Some(One(element)) = list.next_element::<One<T>>()? {
            if many.len() == MAX_LIST {
                return Err(serde::de::Error::custom("a list is too long"));
            }
            many.extend(element);
        }
        Ok(Self(many))
    }
}

impl<'de, T: Shape> Visitor<'de> for Lenient<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::of_text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::of_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::of_list(list)
    }
}

macro_rules! lenient {
    ($($shape:ty $(, $parameter:ident)?;)+) => {$(
        impl<'de $(, $parameter: DeserializeOwned)?> Deserialize<'de> for $shape {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Lenient::<Self>(PhantomData))
            }
        }
    )+};
}

lenient! {
    Text;
    One<T>, T;
    Many<T>, T;
}

/// A code with the name of its system.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Coding {
    #[serde(default)]
    pub(super) system: Text,
    #[serde(default)]
    pub(super) code: Text,
}

/// CodeableConcept: a concept in one or several systems. R5 has some of them one level deeper.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Concept {
    #[serde(default)]
    pub(super) coding: Many<Coding>,
}

/// The product prescribed, dispensed or given: R5 has a concept or a reference to a resource here, R4 the concept
/// itself under another name.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Medication {
    #[serde(default)]
    pub(super) concept: Many<Concept>,
    #[serde(default)]
    pub(super) reference: One<Reference>,
}

/// A reference to another resource.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) reference: Text,
}

/// Period.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Period {
    #[serde(default)]
    pub(super) start: Text,
    #[serde(default)]
    pub(super) end: Text,
}

/// Money: its value as the file writes it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Money {
    #[serde(default)]
    pub(super) value: Option<Box<RawValue>>,
}

/// A diagnosis of a claim.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Diagnosis {
    #[serde(default, rename = "diagnosisCodeableConcept")]
    pub(super) concept: Many<Concept>,
}

/// A procedure of a claim.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ProcedureOfClaim {
    #[serde(default, rename = "procedureCodeableConcept")]
    pub(super) concept: Many<Concept>,
    #[serde(default)]
    pub(super) date: Text,
}

/// A line of a claim. STU3 names its product `service`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Item {
    #[serde(default, rename = "productOrService")]
    pub(super) product: Many<Concept>,
    #[serde(default)]
    pub(super) service: Many<Concept>,
    #[serde(default)]
    pub(super) modifier: Many<Concept>,
    #[serde(default, rename = "servicedDate")]
    pub(super) serviced_date: Text,
    #[serde(default, rename = "servicedPeriod")]
    pub(super) serviced_period: One<Period>,
    #[serde(default)]
    pub(super) net: One<Money>,
    #[serde(default)]
    pub(super) detail: Many<Detail>,
}

/// A part of a line: the drug in it, for one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Detail {
    #[serde(default, rename = "productOrService")]
    pub(super) product: Many<Concept>,
    #[serde(default)]
    pub(super) service: Many<Concept>,
}

/// A total of a claim: an amount, or an amount and what it is the total of.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Total {
    #[serde(default)]
    pub(super) category: One<Concept>,
    #[serde(default)]
    pub(super) amount: One<Money>,
    #[serde(default)]
    pub(super) value: Option<Box<RawValue>>,
}
