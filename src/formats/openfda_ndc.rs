//! The NDC directory as openFDA publishes it: JSON, one element for a product with its packages.
//!
//! Source: open.fda.gov, "NDC Directory: searchable fields". The fields that the FDA's own tables have as well get the
//! names they have there. What only openFDA has (`spl_id`, `finished`, `openfda` and the like) is left out.

use memchr::memchr_iter;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ndc_listing::{Listings, Record, definition};
use super::text::TextFile;
use super::{Concepts, Format, Options, Part, Sample};
use crate::base::counted;
use crate::model::{Edition, Level, Place, Problem, ProblemCode, SourceFile};

/// See the module.
pub(super) struct OpenfdaNdc;

impl Format for OpenfdaNdc {
    fn id(&self) -> &'static str {
        "openfda_ndc"
    }

    fn title(&self) -> &'static str {
        "NDC products and packages of openFDA"
    }

    fn sets(&self) -> &'static [&'static str] {
        &["ndc"]
    }

    fn recognizes(&self, sample: &Sample<'_>) -> bool {
        let text = sample.text.trim_start();
        text.starts_with('{') && ["\"results\"", "\"product_ndc\""].iter().all(|word| text.contains(word))
    }

    fn read(&self, file: SourceFile, _: &Options) -> Part {
        Part::Concepts(parse(TextFile::decode(file)))
    }
}

/// The conversion of a field to the value of a column.
#[derive(Debug, Clone, Copy)]
enum How {
    /// A text.
    Text,
    /// Texts, with this separator.
    Texts(&'static str),
    /// Yes or no.
    Flag,
    /// The name of each active ingredient.
    Name,
    /// The number in the strength of each active ingredient: `25` of `25 mg/1`.
    Strength,
    /// The unit in the strength of each active ingredient: `mg/1` of `25 mg/1`.
    Unit,
}

/// A field, its column in the FDA's tables, and the conversion.
type Mapping = (&'static str, &'static str, How);

/// The fields of a product.
const PRODUCT: &[Mapping] = &[
    ("product_id", "PRODUCTID", How::Text),
    ("product_type", "PRODUCTTYPENAME", How::Text),
    ("brand_name_base", "PROPRIETARYNAME", How::Text),
    ("brand_name_suffix", "PROPRIETARYNAMESUFFIX", How::Text),
    ("generic_name", "NONPROPRIETARYNAME", How::Text),
    ("dosage_form", "DOSAGEFORMNAME", How::Text),
    ("route", "ROUTENAME", How::Texts("; ")),
    ("marketing_start_date", "STARTMARKETINGDATE", How::Text),
    ("marketing_end_date", "ENDMARKETINGDATE", How::Text),
    ("marketing_category", "MARKETINGCATEGORYNAME", How::Text),
    ("application_number", "APPLICATIONNUMBER", How::Text),
    ("labeler_name", "LABELERNAME", How::Text),
    ("active_ingredients", "SUBSTANCENAME", How::Name),
    ("active_ingredients", "ACTIVE_NUMERATOR_STRENGTH", How::Strength),
    ("active_ingredients", "ACTIVE_INGRED_UNIT", How::Unit),
    ("pharm_class", "PHARM_CLASSES", How::Texts(",")),
    ("dea_schedule", "DEASCHEDULE", How::Text),
    ("listing_expiration_date", "LISTING_RECORD_CERTIFIED_THROUGH", How::Text),
];

/// The fields of a package.
const PACKAGE: &[Mapping] = &[
    ("marketing_start_date", "STARTMARKETINGDATE", How::Text),
    ("marketing_end_date", "ENDMARKETINGDATE", How::Text),
    ("sample", "SAMPLE_PACKAGE", How::Flag),
];

type Object = Map<String, Value>;

/// Returns a text of each ingredient, empty for one without it; `None` if the list has another type.
fn of_each<'a>(ingredients: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    let ingredients = ingredients.as_array()?.iter();
    let text = |ingredient: &'a Value| {
        let field = ingredient.as_object()?.get(key).filter(|field| !field.is_null());
        field.map_or(Some(""), Value::as_str)
    };
    ingredients.map(text).collect()
}

/// Returns the value of a field; `None` if it has another type.
fn value(field: &Value, how: How) -> Option<String> {
    let joined = |texts: Option<Vec<&str>>, between: &str| texts.map(|texts| texts.join(between));
    let strengths = |part: fn(&str) -> &str| {
        joined(of_each(field, "strength").map(|texts| texts.into_iter().map(part).collect()), "; ")
    };
    match how {
        How::Text => field.as_str().map(str::to_owned),
        How::Texts(between) => joined(field.as_array()?.iter().map(Value::as_str).collect(), between),
        How::Flag => field.as_bool().map(|flag| if flag { "Y" } else { "N" }.to_owned()),
        How::Name => joined(of_each(field, "name"), "; "),
        How::Strength => strengths(|text| text.split_once(' ').map_or(text, |(number, _)| number)),
        How::Unit => strengths(|text| text.split_once(' ').map_or("", |(_, unit)| unit)),
    }
}

/// Returns the values of an object by their columns; the error is a field that has another type.
fn values(object: &Object, mappings: &[Mapping]) -> Result<Vec<(u16, String)>, &'static str> {
    let mut values = Vec::new();
    for &(name, column, how) in mappings {
        let Some(field) = object.get(name).filter(|field| !field.is_null()) else { continue };
        let text = value(field, how).ok_or(name)?;
        if let Some(definition) = definition(column).filter(|_| !text.trim_ascii().is_empty()) {
            values.push((definition, text.trim_ascii().to_owned()));
        }
    }
    values.sort_unstable_by_key(|(definition, _)| *definition);
    Ok(values)
}

fn text_of<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().map(str::trim_ascii).filter(|text| !text.is_empty())
}

fn parse(file: TextFile) -> Concepts {
    let mut reader = Reader {
        json: Json { text: &file.text, at: 0, line: 1, counted: 0 },
        file: &file.name,
        listings: Listings::new(""),
        edition: None,
        elements: 0,
        total: None,
    };
    if let Err(error) = reader.document() {
        reader.broken(&error);
    }
    let partial = reader.partial();
    let Reader { mut listings, edition, .. } = reader;
    listings.lost |= partial.is_some();
    // The values are kept; the JSON around them is dropped.
    let TextFile { name, problems, .. } = file;
    let mut concepts = listings.finish(TextFile { name, text: String::new(), problems });
    concepts.edition = edition;
    concepts.problems.extend(partial);
    concepts
}

struct Reader<'a> {
    json: Json<'a>,
    file: &'a str,
    listings: Listings,
    edition: Option<Edition>,
    elements: u64,
    total: Option<u64>,
}

impl Reader<'_> {
    /// `{"meta": {..}, "results": [..]}`, in any order.
    fn document(&mut self) -> serde_json::Result<()> {
        if !self.json.mark(b'{') {
            return self.json.unexpected();
        }
        loop {
            let key: String = self.json.value()?;
            if !self.json.mark(b':') {
                return self.json.unexpected();
            }
            match key.as_str() {
                "results" if self.json.mark(b'[') => self.results()?,
                _ => {
                    let value: Value = self.json.value()?;
                    if key == "meta" {
                        self.meta(&value);
                    }
                }
            }
            if self.json.mark(b'}') {
                return Ok(());
            }
            if !self.json.mark(b',') {
                return self.json.unexpected();
            }
        }
    }

    fn meta(&mut self, meta: &Value) {
        self.edition = meta.get("last_updated").and_then(Value::as_str).and_then(Edition::parse);
        self.total = meta.pointer("/results/total").and_then(Value::as_u64);
    }

    /// Reads the elements after `[`, one by one: an invalid one does not end the others.
    fn results(&mut self) -> serde_json::Result<()> {
        if self.json.mark(b']') {
            return Ok(());
        }
        loop {
            let line = self.json.line();
            let element: Value = self.json.value()?;
            self.elements += 1;
            self.product(&element, line);
            if self.json.mark(b']') {
                return Ok(());
            }
            if !self.json.mark(b',') {
                return self.json.unexpected();
            }
        }
    }

    fn product(&mut self, element: &Value, line: u32) {
        let Some(product) = element.as_object() else {
            return self.bad(line, None, "the element is not an object");
        };
        let Some(code) = text_of(product, "product_ndc") else {
            return self.bad(line, None, "the element has no `product_ndc`");
        };
        match values(product, PRODUCT) {
            Ok(mut values) => {
                add_brand_name(product, &mut values);
                self.add(line, (Level::Header, code), None, None, &values);
            }
            Err(name) => self.bad(line, Some(code), &format!("`{name}` of {code} has the wrong type")),
        }
        match product.get("packaging") {
            None | Some(Value::Null) => {}
            Some(Value::Array(packages)) => {
                packages.iter().for_each(|package| self.package(package, code, line));
            }
            Some(_) => self.bad(line, None, &format!("`packaging` of {code} is not a list")),
        }
    }

    fn package(&mut self, element: &Value, product: &str, line: u32) {
        let package = element.as_object();
        let Some((package, code)) =
            package.and_then(|object| Some((object, text_of(object, "package_ndc")?)))
        else {
            return self.bad(line, None, &format!("a package of {product} has no `package_ndc`"));
        };
        let description = match package.get("description") {
            None | Some(Value::Null) => Ok(""),
            Some(text) => text.as_str().map(str::trim_ascii).ok_or("description"),
        };
        match description.and_then(|description| Ok((description, values(package, PACKAGE)?))) {
            Ok((description, values)) => {
                self.add(line, (Level::Code, code), Some(product), Some(description), &values);
            }
            Err(name) => self.bad(line, Some(code), &format!("`{name}` of {code} has the wrong type")),
        }
    }

    fn add(
        &mut self,
        line: u32,
        (level, code): (Level, &str),
        parent: Option<&str>,
        description: Option<&str>,
        values: &[(u16, String)],
    ) {
        let values: Vec<(u16, &str)> =
            values.iter().map(|(definition, value)| (*definition, value.as_str())).collect();
        let place = |_: &str| Place::line(self.file, line, 1);
        self.listings.add(&Record { level, code, parent, description, values: &values, line, place: &place });
    }

    fn bad(&mut self, line: u32, code: Option<&str>, fact: &str) {
        let place = Place::line(self.file, line, 1);
        let problem = || {
            Problem::new(ProblemCode::BadRecord, place, fact)
                .hint("use the original file from openFDA; the element was left out")
        };
        self.listings.problems.add(ProblemCode::BadRecord, problem);
        self.listings.reject(code);
    }

    /// Reports the location where the JSON becomes invalid.
    fn broken(&mut self, error: &serde_json::Error) {
        let (code, fact) = if error.is_eof() {
            (ProblemCode::Truncated, "the file is truncated, so later records are missing")
        } else {
            (ProblemCode::BadRecord, "this is not JSON; the rest of the file was not read")
        };
        // The error counts lines from the beginning of the value.
        let line = self.json.line() + u32::try_from(error.line()).unwrap_or(1).saturating_sub(1);
        let problem = || Problem::new(code, Place::line(self.file, line, 1), fact).hint("fetch it again");
        self.listings.problems.add(code, problem);
        self.listings.lost = true;
    }

    /// Returns the problem of a file that is one of several pages: the API returns at most 1,000 elements at once.
    fn partial(&self) -> Option<Problem> {
        let total = self.total.filter(|total| *total > self.elements)?;
        let held = counted(self.elements, "product", "products");
        let fact = format!("the file contains only {held} of {total}");
        let problem = Problem::new(ProblemCode::Truncated, Place::file(self.file), fact);
        Some(problem.hint("download the complete file from open.fda.gov/data/downloads"))
    }
}

/// Adds the brand name without its suffix for older files, which have only the whole name.
fn add_brand_name(product: &Object, values: &mut Vec<(u16, String)>) {
    let Some(column) = definition("PROPRIETARYNAME") else { return };
    let (None, Some(brand)) = (text_of(product, "brand_name_base"), text_of(product, "brand_name")) else {
        return;
    };
    let suffix = text_of(product, "brand_name_suffix").unwrap_or_default();
    let base = brand.strip_suffix(suffix).unwrap_or(brand).trim_ascii_end();
    values.push((column, base.to_owned()));
    values.sort_unstable_by_key(|(definition, _)| *definition);
}

/// A JSON text, read value by value.
struct Json<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    counted: usize,
}

impl Json<'_> {
    fn skip_blanks(&mut self) {
        let blanks = self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
    }

    /// Skips a mark if it comes next.
    fn mark(&mut self, mark: u8) -> bool {
        self.skip_blanks();
        let next = self.text.as_bytes().get(self.at) == Some(&mark);
        self.at += usize::from(next);
        next
    }

    fn value<T: DeserializeOwned>(&mut self) -> serde_json::Result<T> {
        self.skip_blanks();
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        let Some(value) = values.next() else { return self.unexpected() };
        let value = value?;
        self.at += values.byte_offset();
        Ok(value)
    }

    /// Returns the error for unexpected text.
    fn unexpected<T>(&self) -> serde_json::Result<T> {
        let end = self.at == self.text.len();
        let error = |text| serde_json::from_str::<Value>(text).expect_err("this is not JSON");
        Err(error(if end { "" } else { "?" }))
    }

    /// Returns the line of the next text.
    fn line(&mut self) -> u32 {
        self.skip_blanks();
        let passed = &self.text.as_bytes()[self.counted..self.at];
        self.line += memchr_iter(b'\n', passed).count() as u32;
        self.counted = self.at;
        self.line
    }
}
