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
    normalize: &normalize,
    // The labeler: four digits and a hyphen, or five digits.
    category_length: 5,
    hierarchy: Hierarchy::ByParent,
    properties: &PROPERTIES,
    first_day: Some("STARTMARKETINGDATE"),
    same_text,
    second_key: Some(second_key),
    forms,
    written_forms: Some(written_forms),
    readings,
    near,
    lists_headers: true,
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
    ..PropertyGroup::hidden("certification", "the last day of a listing's certification")
};
static LISTING: PropertyGroup =
    PropertyGroup::hidden("listing", "identifier of the listing, which changes with each version");

/// The columns of the directory except codes and package descriptions: FDA, "NDC Product File Definitions" and "NDC
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
    /// Set for packages only.
    package: Option<&'a str>,
}

impl<'a> Segments<'a> {
    /// Splits a code with hyphens: 4-4-2, 5-3-2, 5-4-1, 6-3-2 and 6-4-1 (21 CFR 207.33), 5-4-2 (claims), 6-4-2 (91 FR
    /// 10749); for a product without the last segment.
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

/// Returns whether a code is written as the FDA writes products.
pub(crate) fn is_product(code: &str) -> bool {
    Segments::of(code).is_some_and(|segments| segments.package.is_none())
}

/// Returns a package as a number of up to twelve digits; `None` for text that is not written as the FDA writes
/// packages. Codes in two formats may give the same number.
pub(crate) fn package_number(code: &str) -> Option<u64> {
    let Segments { labeler, product, package } = Segments::of(code)?;
    let number =
        |segment: &str| segment.bytes().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some(number(labeler) * 1_000_000 + number(product) * 100 + number(package?))
}

/// Keeps a code with hyphens and inserts hyphens into nine (a product), eleven and twelve digits. `NDC` may precede the
/// code, and blanks may replace hyphens. Ten digits without hyphens may be several packages: they are kept, and
/// [`readings`] returns the codes that they may mean.
fn normalize(typed: &str) -> Option<String> {
    let typed = without_label(typed);
    match typed.len() {
        9 if is_digits(typed) => Some(format!("{}-{}", &typed[..5], &typed[5..])),
        10 if is_digits(typed) => Some(typed.to_owned()),
        length @ (11 | 12) if is_digits(typed) => {
            let (labeler, rest) = typed.split_at(length - 6);
            let (product, package) = rest.split_at(4);
            Some(format!("{labeler}-{product}-{package}"))
        }
        _ if typed.contains(' ') => {
            let hyphened = typed.split_ascii_whitespace().collect::<Vec<_>>().join("-");
            Segments::of(&hyphened).is_some().then_some(hyphened)
        }
        _ => Segments::of(typed).map(|_| typed.to_owned()),
    }
}

/// Returns a code without the letters `NDC` before it: `NDC 0002-0485-04`, `NDC:00002048504`, `NDC# 0002-0485-04`.
fn without_label(typed: &str) -> &str {
    let typed = typed.trim();
    match typed.split_at_checked(3) {
        Some((label, rest)) if label.eq_ignore_ascii_case("ndc") => {
            rest.trim_start_matches([' ', ':', '#', '.'])
        }
        _ => typed,
    }
}

/// The three formats of ten digits: 4-4-2, 5-3-2 and 5-4-1 (21 CFR 207.33).
const TEN_DIGITS: [[usize; 2]; 3] = [[4, 4], [5, 3], [5, 4]];

/// The two formats of a product in eight digits: 4-4 and 5-3.
const EIGHT_DIGITS: [usize; 2] = [4, 5];

/// Returns the codes that digits without hyphens may mean: three packages for ten digits, two products for eight
/// digits. Other text has one reading, which `normalize` returns.
fn readings(typed: &str) -> Vec<String> {
    let typed = without_label(typed);
    if !is_digits(typed) {
        return Vec::new();
    }
    match typed.len() {
        10 => {
            let reading = |[labeler, product]: [usize; 2]| {
                let (labeler, rest) = typed.split_at(labeler);
                let (product, package) = rest.split_at(product);
                format!("{labeler}-{product}-{package}")
            };
            TEN_DIGITS.map(reading).to_vec()
        }
        8 => EIGHT_DIGITS.map(|labeler| format!("{}-{}", &typed[..labeler], &typed[labeler..])).to_vec(),
        _ => Vec::new(),
    }
}

/// Minimum digits of a package that lost its leading zeros: 00002048504 is written 2048504.
const FEWEST_DIGITS: usize = 6;

/// Returns the package that digits mean if leading zeros were lost: claims write eleven digits.
fn near(typed: &str) -> Vec<String> {
    // Nine digits may have received the hyphen of a product.
    let digits = without_label(typed).replace('-', "");
    let is_product = Segments::of(typed).is_some_and(|segments| segments.package.is_none());
    let is_plain = is_product || !typed.contains('-');
    if !is_plain || !is_digits(&digits) || !(FEWEST_DIGITS..11).contains(&digits.len()) {
        return Vec::new();
    }
    normalize(&format!("{digits:0>11}")).into_iter().collect()
}

/// Returns the spellings of a package or product, each at a fixed position and empty if the code has no such form; no
/// spellings for other text: as the FDA writes it, in eleven digits with hyphens (5-4-2; 5-4 for a product), the same
/// without hyphens, and the FDA form without hyphens.
///
/// The forms of eleven and nine digits belong to two codes if two formats of one number were both assigned
/// (58878-001-09 and 58878-0001-9). The last form may belong to several codes: for a package it has ten digits and
/// three [`readings`], for a product eight digits and two, so products are not searched by it. Twelve digits, in force
/// from 2033, are not returned; `normalize` reads them.
fn written_forms(code: &str) -> Vec<String> {
    let Some(segments @ Segments { labeler, product, package }) = Segments::of(code) else {
        return Vec::new();
    };
    let hyphened = if labeler.len() > 5 {
        String::new()
    } else {
        let package = package.map(|package| format!("-{package:0>2}")).unwrap_or_default();
        format!("{labeler:0>5}-{product:0>4}{package}")
    };
    let digits = hyphened.replace('-', "");
    let plain = if segments.length() == 10 { code.replace('-', "") } else { String::new() };
    vec![code.to_owned(), hyphened, digits, plain]
}

/// Returns eleven digits (5-4-2) for a package, nine (5-4) for a product; one more if the labeler has six.
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

/// Returns a package in ten digits, in eleven as on claims (45 CFR 162.1002), in twelve as from March 7, 2033, on (91 FR
/// 10749).
fn forms(code: &str) -> Vec<(&'static str, String)> {
    let Some(segments @ Segments { labeler, product, package: Some(package) }) = Segments::of(code) else {
        return Vec::new();
    };
    let twelve = format!("{labeler:0>6}-{product:0>4}-{package:0>2}");
    let ten = (segments.length() == 10).then(|| ("10 digits", code.to_owned()));
    let eleven = twelve.strip_prefix('0').map(|eleven| ("11 digits", eleven.to_owned()));
    ten.into_iter().chain(eleven).chain([("12 digits (from 2033)", twelve)]).collect()
}

/// Compares descriptions. A package and its content were separated by `>` in some years and by `/` in others, with one
/// or two blanks. The description of a package in another format contains its code in that format, too.
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
            let code = normalize(typed).expect(typed);
            assert_eq!(second_key(&code).as_deref(), Some("00002080001"), "{typed}");
            assert_eq!(normalize(&code), Some(code), "{typed}");
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
    fn a_code_is_read_with_its_label_and_with_blanks() {
        for typed in
            ["NDC 0002-0485-04", "ndc:0002-0485-04", "NDC# 0002-0485-04", "0002 0485 04", "NDC 0002 0485 04"]
        {
            assert_eq!(normalize(typed).as_deref(), Some("0002-0485-04"), "{typed}");
        }
        assert_eq!(normalize("NDC 00002048504").as_deref(), Some("00002-0485-04"));
        assert_eq!(normalize("24196 149").as_deref(), Some("24196-149"));
        for typed in ["NDC", "ndc ", "00 02", "1 2 3", "0002 0485 04 1"] {
            assert_eq!(normalize(typed), None, "{typed}");
        }
    }

    #[test]
    fn digits_without_hyphens_have_their_readings() {
        assert_eq!(readings("2419614900"), ["2419-6149-00", "24196-149-00", "24196-1490-0"]);
        assert_eq!(readings("NDC 24196149"), ["2419-6149", "24196-149"]);
        assert_eq!(normalize("000020485").as_deref(), Some("00002-0485"));
        for typed in ["00002048504", "0002-0485-04", "1234567", "", "x"] {
            assert!(readings(typed).is_empty(), "{typed}");
        }
        assert_eq!(near("2048504"), ["00002-0485-04"]);
        assert_eq!(near("20485-0412"), ["00204-8504-12"]);
        assert_eq!(near("0002-0485-04"), [""; 0]);
        assert_eq!(near("78206011101"), [""; 0]);
        assert_eq!(near("12345"), [""; 0]);
    }

    #[test]
    fn every_form_of_a_code_leads_back_to_it() {
        for (code, forms) in [
            ("0002-0485-04", ["0002-0485-04", "00002-0485-04", "00002048504", "0002048504"]),
            ("24196-149-00", ["24196-149-00", "24196-0149-00", "24196014900", "2419614900"]),
            ("10022-3366-1", ["10022-3366-1", "10022-3366-01", "10022336601", "1002233661"]),
            ("00002-0485-04", ["00002-0485-04", "00002-0485-04", "00002048504", ""]),
            ("123456-001-02", ["123456-001-02", "", "", ""]),
            ("0002-0485", ["0002-0485", "00002-0485", "000020485", ""]),
        ] {
            assert_eq!(written_forms(code), forms);
            for form in forms.iter().filter(|form| !form.is_empty()) {
                let read = normalize(form).into_iter().chain(readings(form));
                let keys: Vec<_> = read.filter_map(|read| second_key(&read)).collect();
                assert!(keys.contains(&second_key(code).unwrap()), "{code} {form}");
            }
        }
        for (code, written, like) in [
            ("24196-149-00", "00002048504", Some("24196014900")),
            ("24196-149-00", "0002048504", Some("2419614900")),
            ("24196-149-00", "00002-0485-04", Some("24196-0149-00")),
            ("24196-149-00", "0002-0485-04", Some("24196-149-00")),
            ("24196-149", "000020485", Some("241960149")),
            ("123456-001-02", "00002048504", None),
            ("24196-149-00", "insulin", None),
        ] {
            assert_eq!(NDC.written_like(code, written).as_deref(), like, "{code} {written}");
        }
    }

    #[test]
    fn ten_digits_without_hyphens_may_be_several_packages() {
        assert_eq!(normalize("0002080001").as_deref(), Some("0002080001"));
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
            assert_eq!(normalize(typed), None, "{typed}");
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
