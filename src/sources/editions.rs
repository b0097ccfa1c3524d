//! The edition of a file: identified by the checksum of its bytes, or guessed from its name.
//!
//! An official file does not contain its date, and a name may be wrong (`icd10cm_order_2022.txt` is April 2022 in one
//! archive), so a guess is always reported.
//!
//! Invariant: an edition that was guessed is reported as guessed, and only leaves out rows of conversion tables.

use jiff::civil::Date;

use crate::model::{Edition, Release, Source};

/// The method by which an edition was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EditionBasis {
    /// The bytes match a published file.
    Checksum,
    /// The bytes match a file that was also published for this other edition.
    SharedChecksum(Edition),
    /// The file name.
    Name,
}

/// Checksums of published files: order files, and their archives. An order file shared by two editions counts for the
/// first of them.
static PUBLISHED: &[(&str, &str)] = &[
    ("2016", "89a04f5c03754ae72a76e5a751a712f570ae38ba592c032c146dc96ff9f49c89"),
    ("2016", "fb7f9b15834da6a74c4dd649df009cdef5bd0fae607feaa2977d2c23077556a2"),
    ("2016", "9f5bb2d9e425e60015205b79b0d54ce230aa62aa9a63c716402a64d466ee89e2"),
    ("2017", "f3540a91e0186a4f963875f755e6b7b3b0e9251bf647a3c515102df8f541b47f"),
    ("2017", "b406779f090a79debf39f828601da6c6d0c709f9ba317e299ff679f183207f5b"),
    ("2018", "9be0496f74887b563029569579ca345d091c31547cc81973e3725a212d0cce78"),
    ("2019", "c3d6a88945ba1416848f6f7bea738d382484a8c469dff585e58172b9a573aeb4"),
    ("2020", "80991e20ffb60086ba0340572dd0e3e2248c6647c31a06fadcb30b419dac02bc"),
    ("2021", "4f13fe608a039d01eab8ae417d69b351160fb1eb2256d4586f8d9f56a197899b"),
    ("2021-01", "479be4d5773fb2e8357c5edb8a56bbd48da4d2bca443a7c42527ad102e3b388c"),
    ("2022", "bab2b3b041cf4b999f8380f3198c1dd6ca404ba7d5513ec60efc813a97f7c214"),
    ("2022-04", "6fd40ef6ab4860d3299578bf15fa7e2dba17d271efc3929c56b3353a45f22cc7"),
    ("2023", "a7bfd4511dc154bff96fe0ced5fcd633bd26f997ccd6ae386f5c24595e1789b5"),
    ("2023-04", "cc7158228f6de01aa08650cc3afe446973a879dd78d44f1fec7150d45cfe1e06"),
    ("2024", "a3f3d21bfced02ce422699dbc10b952594783b12674bd2c133e8221ba3b5c260"),
    ("2024", "d116081f3da8784e78173008449d23e383ecb8143f03c2e0a2d57223aeaa1a06"),
    ("2024-04", "e02044ee1e6b1ac9612653607eb349fe58fc4740347cb322da973860f110a59c"),
    ("2025", "5a9ff9e18d90a9979a144559a93e377624795369123cebf76817c44f565f0c60"),
    ("2025-04", "9a15549b51254e46cdd482ba7d9747921070ed6070af7df4a6052978800a8767"),
    ("2025", "88ec3c01a58a2d4ee14b670550197b437a2cfbb7a1097fad0848e0e2690f9b13"),
    ("2026", "a852eb91b3344ae38476e63816976ee1eeb94dcced7151118324f060e8499f88"),
    ("2026", "6dc95c9c7e96c734806e1682f4bf9df76251d60e99199bba0d375ba3dd11026b"),
    ("2027", "93e3ad6004badf470c55bfe679b748ae88fd9b2b421851e409eec382c7713b9a"),
    // ICD-10-PCS.
    ("2021-01", "59c5ba3c6601a6f759b0110bfd9b4fdee8eb556462fcf661a823518ff90f2a93"),
    ("2022-04", "ffd6558150e9599f3995431b6a6e36e58285bfb0984b062fcdcd0dba86a922f2"),
    ("2022-04", "5fc41062415a04029695b2dc09fb4b90d4b007f6ebc608ec7c746757f4a37a45"),
    ("2023-04", "069062ca36cb8ea0b4803f4ed4668df653f07fd0843f5f28ef81b6a4dce2f653"),
    ("2024-04", "2b311e4fa3ac59ffe7b020cf0e05000ec035d1cfdf6a9ec7664eb74b82190253"),
    ("2025", "3534c5f6ec23d1179d960683feb24137a4c163c7b91aa45a1ad889c042f7027a"),
    ("2025", "b134f71a387443f423cc3ee38be2e924a7818ab5f4bca459c5d4beef89c2bde7"),
    ("2026", "64e37e6060bfd9eca74d9973be28fdf570b40f87a3a855bd078eb343dd0e594e"),
    ("2026", "4ff173041491c6a68c13b8810f0e1968b6f0d00c3ecc1deac74f7ad3439dfcc1"),
    // HCPCS Level II.
    ("2019", "61c0ba424005b1ffcabfcd9eba6833e8046912343e1da7c99cbfd055dde8dcb1"),
    ("2019", "c8e38e89b9b4d47dd81bea6924b8e9005f3494a89234fe28b534a7c17c3c6f12"),
    ("2020", "c7223c198ac019be842a3370defb6365eeb573da2a97e251650c25056c7b8ab3"),
    ("2020", "e7f6f58b91fa54d081be50230a1a34ae4671038539a2b42ed055002d395c1063"),
    ("2023-01", "cb52947f74fa3baf2a0517b55802d689f4aac46b362c563dc3e44366b4d9b4b9"),
    ("2026-07", "5591fed257e4d2307c1d2dc9c66abc8e346b1f4c076e9e48559799e2de14b70a"),
    // NDC, unfinished drugs.
    ("2018-06-25", "a9becea5fa6202ccffc77a6e54b145c030f4a983896a1bb69988723fba71eacf"),
];

/// Files from that list that were also published, unchanged, with a later edition.
static SHARED: &[(&str, &str)] = &[
    ("2024-04", "d116081f3da8784e78173008449d23e383ecb8143f03c2e0a2d57223aeaa1a06"),
    ("2025-04", "88ec3c01a58a2d4ee14b670550197b437a2cfbb7a1097fad0848e0e2690f9b13"),
];

/// Returns the edition of files that belong together: archives first, since two editions may share an order file.
pub(crate) fn edition_of(archives: &[Source], files: &[Source]) -> Option<(Edition, EditionBasis)> {
    let sources = || archives.iter().chain(files);
    let published =
        sources().find_map(|source| PUBLISHED.iter().find(|(_, sha256)| source.sha256 == *sha256));
    // The name of the file itself is more specific than that of its archive.
    let named = files.iter().chain(archives).find_map(|source| edition_in_name(&source.name));
    if let Some((edition, sha256)) = published {
        let edition = Edition::parse(edition)?;
        let again = SHARED.iter().find(|(_, shared)| shared == sha256);
        let Some(later) = again.and_then(|(later, _)| Edition::parse(later)) else {
            return Some((edition, EditionBasis::Checksum));
        };
        let (edition, other) = if named == Some(later) { (later, edition) } else { (edition, later) };
        return Some((edition, EditionBasis::SharedChecksum(other)));
    }
    Some((named?, EditionBasis::Name))
}

/// Codes that were added by an edition within a year, whose files are sometimes named like those of the October before it.
/// Source: CMS, announcements of new ICD-10-PCS codes of December 2021 (seven) and January 2022 (two); NCHS, the days in the
/// conversion table of ICD-10-CM.
static FIRST_IN: &[(&str, i16, &str, i8)] = &[
    ("icd10pcs", 2022, "XW013V7", 4),
    ("icd10cm", 2020, "U070", 4),
    ("icd10cm", 2021, "J1282", 1),
    ("icd10cm", 2022, "Z28310", 4),
    ("icd10cm", 2023, "T74A1XA", 4),
];

/// Returns the edition of a release by its codes, if its name gives only the year of an edition that did not have them.
pub(crate) fn edition_by_codes(release: &Release) -> Option<Edition> {
    let Some(Edition::Year(named)) = release.edition else { return None };
    let is_first = |(set, year, code, _): &&(&str, i16, &str, i8)| {
        *set == release.set.id && *year == named && release.find(code).is_some()
    };
    FIRST_IN.iter().find(is_first).map(|(_, year, _, month)| Edition::Month(*year, *month))
}

/// Returns the year in a file name, with the month or day of an edition within it.
fn edition_in_name(name: &str) -> Option<Edition> {
    let name = base_name(name);
    let (at, year) = year_in(&name)?;
    // 2025_07, 2026-11-20: the numbers after the year.
    let mut numbers = name[at..].split(['-', '_']).skip(1).map_while(two_digits);
    if let Some(month) = numbers.next().filter(|month| (1..=12).contains(month)) {
        let day = numbers.next().and_then(|day| Date::new(year, month, day).ok());
        return Some(day.map_or(Edition::Month(year, month), Edition::Day));
    }
    let months = [("apr", 4), ("jan", 1), ("jul", 7), ("oct", 10)];
    let month = months.iter().find(|(word, _)| name.contains(word));
    Some(month.map_or(Edition::Year(year), |(_, month)| Edition::Month(year, *month)))
}

/// Returns the issue of an edition, if the file name gives it: `v3`, or the day at its end (`_12172024`).
pub(crate) fn issue_of(files: &[Source]) -> Option<String> {
    files.iter().find_map(|source| issue_in_name(&source.name))
}

fn issue_in_name(name: &str) -> Option<String> {
    let name = base_name(name);
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem.split(['-', '_', ' ']).skip(1).find_map(|word| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        match digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits.len())? {
            1 | 2 if word != digits => Some(word.to_owned()),
            8 => {
                let number = |from, to| digits[from..to].parse::<i16>().ok();
                let day = Date::new(number(4, 8)?, number(0, 2)? as i8, number(2, 4)? as i8).ok()?;
                Some(day.to_string())
            }
            _ => None,
        }
    })
}

fn base_name(name: &str) -> String {
    name.rsplit(['!', '/']).next().unwrap_or(name).to_ascii_lowercase()
}

/// Returns a year and its position: four digits, or two after the names that CMS shortens (HCPC17, PPRRVU24).
fn year_in(name: &str) -> Option<(usize, i16)> {
    let mut at = 0;
    let runs = name.split(|char: char| !char.is_ascii_digit()).map(|run| {
        let start = at;
        at += run.len() + 1;
        (start, run)
    });
    runs.filter_map(|(start, run)| {
        let short = run.len() == 2 && (name[..start].ends_with("hcpc") || name[..start].ends_with("rvu"));
        let year: i16 = run.parse().ok()?;
        match run.len() {
            4 if run.starts_with("20") => Some((start, year)),
            2 if short => Some((start, 2000 + year)),
            _ => None,
        }
    })
    .next()
}

fn two_digits(text: &str) -> Option<i8> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let whole = digits.len() == 2 && !text[2..].starts_with(|char: char| char.is_alphanumeric());
    digits.parse().ok().filter(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_year_and_month() {
        for (name, edition) in [
            ("icd10cm-order-2026.txt", Some(Edition::Year(2026))),
            ("icd10cm-order-April-2025.txt", Some(Edition::Month(2025, 4))),
            ("icd10cm-order- April 1 2023.txt", Some(Edition::Month(2023, 4))),
            ("icd10cm_order_2021jan.txt", Some(Edition::Month(2021, 1))),
            ("a 2024.zip!Code Descriptions/icd10cm_order_2022.txt", Some(Edition::Year(2022))),
            ("old.txt", None),
            ("icd10cm_12345.txt", None),
            ("HCPC2020_ANWEB_w_disclaimer.txt", Some(Edition::Year(2020))),
            ("HCPC2021_JULY_ANWEB_v2.xlsx", Some(Edition::Month(2021, 7))),
            ("HCPC2025_OCT_ANWEB_v3.txt", Some(Edition::Month(2025, 10))),
            ("HCPC2025_JAN_ANWEB_12172024.txt", Some(Edition::Month(2025, 1))),
            ("HCPC17_CONTR_ANWEB.txt", Some(Edition::Year(2017))),
            ("pprrvu_rvu24b_apr_level2.csv", Some(Edition::Month(2024, 4))),
            ("addendum_b_level2_2025_07.csv", Some(Edition::Month(2025, 7))),
            ("product 2026-11-20.txt", Edition::parse("2026-11-20")),
            ("2018-ICD-10-CM.zip", Some(Edition::Year(2018))),
        ] {
            assert_eq!(edition_in_name(name), edition, "{name}");
        }
    }

    #[test]
    fn names_tell_the_issue() {
        for (name, issue) in [
            ("HCPC2023_JAN_ANWEB_v3.xlsx", Some("v3")),
            ("a.zip!HCPC2020_APRIL_ANWEB_w_disclaimer_v5.xlsx", Some("v5")),
            ("HCPC2025_JAN_ANWEB_12172024.txt", Some("2024-12-17")),
            ("HCPC2020_ANWEB_w_disclaimer.txt", None),
            ("vaccines.txt", None),
        ] {
            assert_eq!(issue_in_name(name).as_deref(), issue, "{name}");
        }
    }

    #[test]
    fn of_a_file_that_two_editions_share_the_name_tells_which() {
        let (later, sha256) = SHARED[1];
        let file = |name: &str| [Source { name: name.to_owned(), sha256: sha256.to_owned(), bytes: 1 }];
        let [october, april] = ["2025", later].map(|edition| Edition::parse(edition).unwrap());
        for (name, edition, other) in
            [("order.txt", october, april), ("icd10cm-order-April-2025.txt", april, october)]
        {
            assert_eq!(edition_of(&[], &file(name)), Some((edition, EditionBasis::SharedChecksum(other))));
        }
    }

    #[test]
    fn every_published_checksum_has_an_edition_and_64_digits() {
        for (edition, sha256) in PUBLISHED {
            assert!(Edition::parse(edition).is_some(), "{edition}");
            assert!(sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sha256}");
        }
    }
}
