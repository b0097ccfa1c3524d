//! NDC: drugs, published by the FDA every working day as lists of products and of their packages.
//!
//! A code is written in two or three segments: labeler, product, package. Ten digits in one of several formats, eleven
//! (5-4-2) on claims, twelve (6-4-2) from 2033 on.

use crate::model::code_set::{CodeSet, CodeSystem, Hierarchy, PropertyDefinition, PropertyGroup};

/// The descriptor of the National Drug Code Directory.
pub static NDC: CodeSet = CodeSet {
    id: "ndc",
    title: "NDC",
    publisher: "FDA",
    uri: Some("http://hl7.org/fhir/sid/ndc"),
    terms: "US government work",
    normalise,
    // The labeler: four digits and a hyphen, or five digits.
    category_length: 5,
    foreign_labels: &["upc", "hri", "gtin", "udi"],
    hierarchy: Hierarchy::ByParent,
    properties: &PROPERTIES,
    same_text,
    second_key: Some(second_key),
    forms,
    systems: &[CodeSystem::Ndc],
    ..CodeSet::PLAIN
};

static NAME: PropertyGroup = PropertyGroup::shown("name", "proprietary and nonproprietary names");
static FORM: PropertyGroup = PropertyGroup::shown("form", "dosage form and route");
static MARKETING: PropertyGroup =
    PropertyGroup::shown("marketing", "kind of product, dates, category, application, labeler");
static END: PropertyGroup = PropertyGroup::last_day("end", "its last day of marketing");
static INGREDIENTS: PropertyGroup =
    PropertyGroup::shown("ingredients", "active substances and their strengths");
static CLASS: PropertyGroup = PropertyGroup::shown("class", "pharmacologic classes and DEA schedule");
static PACKAGE: PropertyGroup = PropertyGroup::shown("package", "whether a package is a sample");
static EXCLUSION: PropertyGroup =
    PropertyGroup::shown("exclusion", "whether a listing is excluded from the directory");
static CERTIFICATION: PropertyGroup = PropertyGroup {
    certification: true,
    ..PropertyGroup::hidden("certification", "the day up to which a listing is certified")
};
static LISTING: PropertyGroup =
    PropertyGroup::hidden("listing", "identifier of the listing, another one with each version of it");

/// The columns of the directory but for codes and package descriptions: FDA, "NDC Product File Definitions" and "NDC
/// Package File Definitions".
static PROPERTIES: [PropertyDefinition; 20] = [
    PropertyDefinition::new("PRODUCTID", &LISTING),
    PropertyDefinition::new("PRODUCTTYPENAME", &MARKETING),
    PropertyDefinition::new("PROPRIETARYNAME", &NAME),
    PropertyDefinition::new("PROPRIETARYNAMESUFFIX", &NAME),
    PropertyDefinition::new("NONPROPRIETARYNAME", &NAME),
    PropertyDefinition::new("DOSAGEFORMNAME", &FORM),
    PropertyDefinition::new("ROUTENAME", &FORM),
    PropertyDefinition::date("STARTMARKETINGDATE", &MARKETING),
    PropertyDefinition::date("ENDMARKETINGDATE", &END),
    PropertyDefinition::new("MARKETINGCATEGORYNAME", &MARKETING),
    PropertyDefinition::new("APPLICATIONNUMBER", &MARKETING),
    PropertyDefinition::new("LABELERNAME", &MARKETING),
    PropertyDefinition::new("SUBSTANCENAME", &INGREDIENTS),
    PropertyDefinition::new("ACTIVE_NUMERATOR_STRENGTH", &INGREDIENTS),
    PropertyDefinition::new("ACTIVE_INGRED_UNIT", &INGREDIENTS),
    PropertyDefinition::new("PHARM_CLASSES", &CLASS),
    PropertyDefinition::new("DEASCHEDULE", &CLASS),
    PropertyDefinition::new("NDC_EXCLUDE_FLAG", &EXCLUSION),
    PropertyDefinition::date("LISTING_RECORD_CERTIFIED_THROUGH", &CERTIFICATION),
    PropertyDefinition::new("SAMPLE_PACKAGE", &PACKAGE),
];

/// The segments of a code.
#[derive(Debug, Clone, Copy)]
struct Segments<'a> {
    labeler: &'a str,
    product: &'a str,
    /// Of a package only.
    package: Option<&'a str>,
}

impl<'a> Segments<'a> {
    /// The segments of a code with hyphens: 4-4-2, 5-3-2, 5-4-1, 6-3-2 and 6-4-1 (21 CFR 207.33), 5-4-2 (claims),
    /// 6-4-2 (91 FR 10749); of a product without the last one.
    fn of(code: &'a str) -> Option<Self> {
        let mut parts = code.split('-');
        let (labeler, product, package) = (parts.next()?, parts.next()?, parts.next());
        let fits = matches!(
            (labeler.len(), product.len(), package.map(str::len)),
            (4, 4, None | Some(2)) | (5 | 6, 3, None | Some(2)) | (5 | 6, 4, None | Some(1 | 2))
        );
        let fits = fits
            && parts.next().is_none()
            && [labeler, product, package.unwrap_or("")].map(is_digits) == [true; 3];
        fits.then_some(Self { labeler, product, package })
    }

    fn length(self) -> usize {
        self.labeler.len() + self.product.len() + self.package.map_or(0, str::len)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a code is written as the FDA writes products.
pub(crate) fn is_product(code: &str) -> bool {
    Segments::of(code).is_some_and(|segments| segments.package.is_none())
}

/// A package as a number of up to twelve digits; `None` for what is not written as the FDA writes packages. Two formats
/// may be one number.
pub(crate) fn package_number(code: &str) -> Option<u64> {
    let Segments { labeler, product, package } = Segments::of(code)?;
    let number =
        |segment: &str| segment.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some(number(labeler) * 1_000_000 + number(product) * 100 + number(package?))
}

/// A code with hyphens is taken as it is, eleven and twelve digits get theirs. Ten digits without hyphens may be several
/// packages: they are taken, and found nowhere.
fn normalise(typed: &str) -> Option<String> {
    let typed = typed.trim();
    match typed.len() {
        10 if is_digits(typed) => Some(typed.to_owned()),
        length @ (11 | 12) if is_digits(typed) => {
            let (labeler, rest) = typed.split_at(length - 6);
            let (product, package) = rest.split_at(4);
            Some(format!("{labeler}-{product}-{package}"))
        }
        _ => Segments::of(typed).map(|_| typed.to_owned()),
    }
}

/// Eleven digits (5-4-2) of a package, nine (5-4) of a product; one more where the labeler has six.
fn second_key(code: &str) -> Option<String> {
    let digits = match Segments::of(code) {
        Some(Segments { labeler, product, package: None }) => format!("{labeler:0>6}{product:0>4}"),
        Some(Segments { labeler, product, package: Some(package) }) => {
            format!("{labeler:0>6}{product:0>4}{package:0>2}")
        }
        None if matches!(code.len(), 11 | 12) && is_digits(code) => format!("{code:0>12}"),
        None => return None,
    };
    Some(digits.strip_prefix('0').map(str::to_owned).unwrap_or(digits))
}

/// A package in ten digits, in eleven as on claims (45 CFR 162.1002), in twelve as from 7 March 2033 on (91 FR 10749).
fn forms(code: &str) -> Vec<(&'static str, String)> {
    let Some(segments @ Segments { labeler, product, package: Some(package) }) = Segments::of(code) else {
        return Vec::new();
    };
    let twelve = format!("{labeler:0>6}-{product:0>4}-{package:0>2}");
    let ten = (segments.length() == 10).then(|| ("10 digits", code.to_owned()));
    let eleven = twelve.strip_prefix('0').map(|eleven| ("11 digits", eleven.to_owned()));
    ten.into_iter().chain(eleven).chain([("12 digits (from 2033)", twelve)]).collect()
}

/// Between a package and what is in it stood `>` for years, and `/` in others, with one blank or two. A package that is
/// written in another format is so in its description, too.
fn same_text(old: &str, new: &str) -> bool {
    fn parts(text: &str) -> impl Iterator<Item = &str> {
        text.split(['>', '/']).flat_map(|part| [">"].into_iter().chain(part.split_ascii_whitespace()))
    }
    let number = |word: &str| package_number(word.trim_matches(['(', ')']));
    let same = |old: &str, new: &str| old == new || number(old).is_some() && number(old) == number(new);
    let (mut olds, mut news) = (parts(old), parts(new));
    loop {
        match (olds.next(), news.next()) {
            (None, None) => return true,
            (Some(old), Some(new)) if same(old, new) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_one_second_key_in_all_its_formats() {
        for typed in [
            "0002-0800-01",
            "00002-0800-01",
            "00002080001",
            "000002-0800-01",
            "000002080001",
            " 00002-800-01 ",
        ] {
            let code = normalise(typed).expect(typed);
            assert_eq!(second_key(&code).as_deref(), Some("00002080001"), "{typed}");
            assert_eq!(normalise(&code), Some(code), "{typed}");
        }
        for (code, key) in [
            ("50090-0481-0", "50090048100"),
            ("58878-001-09", "58878000109"),
            ("58878-0001-9", "58878000109"),
            ("0002-0800", "000020800"),
            ("40074-001", "400740001"),
            ("40074-0001", "400740001"),
            ("123456-001-02", "123456000102"),
        ] {
            assert_eq!(second_key(code).as_deref(), Some(key), "{code}");
        }
    }

    #[test]
    fn ten_digits_without_hyphens_may_be_several_packages() {
        assert_eq!(normalise("0002080001").as_deref(), Some("0002080001"));
        assert_eq!(second_key("0002080001"), None);
    }

    #[test]
    fn other_tokens_are_no_codes() {
        for typed in [
            "",
            "-",
            "02",
            "47848-026-XX",
            "4-4-2",
            "0002-080-01",
            "0002-0800-1",
            "12345-6789-012",
            "0002080001A",
        ] {
            assert_eq!(normalise(typed), None, "{typed}");
            assert_eq!(second_key(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_package_is_written_in_ten_eleven_and_twelve_digits() {
        let forms = |code: &str| forms(code).into_iter().map(|(_, form)| form).collect::<Vec<_>>();
        assert_eq!(forms("0002-0800-01"), ["0002-0800-01", "00002-0800-01", "000002-0800-01"]);
        assert_eq!(forms("00002-0800-01"), ["00002-0800-01", "000002-0800-01"]);
        assert_eq!(forms("123456-0800-1"), ["123456-0800-01"]);
        assert!(forms("0002-0800").is_empty());
    }

    #[test]
    fn the_sign_between_package_and_content_is_no_change() {
        let old = "1 VIAL in 1 CARTON (0002-0800-01)  > 10 mL in 1 VIAL";
        assert!(same_text(old, "1 VIAL in 1 CARTON (0002-0800-01) / 10 mL in 1 VIAL"));
        assert!(same_text(old, "1 VIAL in 1 CARTON (00002-0800-01) > 10 mL in 1 VIAL"));
        assert!(!same_text(old, "1 VIAL in 1 CARTON (0002-0800-02) > 10 mL in 1 VIAL"));
        assert!(!same_text(old, "1 VIAL in 1 CARTON (0002-0800-01) 10 mL in 1 VIAL"));
        assert!(!same_text(old, "1 VIAL in 1 CARTON (0002-0800-01) / 20 mL in 1 VIAL"));
    }

    #[test]
    fn numbers_of_packages_are_one_where_their_codes_collide() {
        assert_eq!(package_number("40074-001-01"), package_number("40074-0001-1"));
        assert_eq!(package_number("40074-001"), None);
        assert!(is_product("40074-001") && !is_product("02"));
    }
}
