//! Roles of columns by their headings: the names that real files give to counts, amounts, days, owners and accounts.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::systems;

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Role {
    /// The number of lines, claims or services that a row counts for.
    Count,
    /// Money: charges before payments.
    Amount,
    /// A day of the line.
    Day(DayOf),
    /// The owner of the line: a department, a clinic, a payer. Never a patient.
    Owner,
    /// The account, claim or encounter that a row belongs to.
    Account,
}

/// The meaning of a day of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum DayOf {
    /// The discharge.
    Discharge,
    /// The service itself: a procedure, a line of a claim, a prescription that is filled.
    Service,
    /// The last day of a claim, a statement or a period.
    Through,
    /// The first day.
    From,
    /// The admission.
    Admission,
    /// The day of an encounter or of a record.
    Record,
}

/// Whole headings of counts in lowercase letters and digits, the closest to a claim line first.
const COUNTS: &[&str] = &[
    "count",
    "counts",
    "linecount",
    "lines",
    "numberoflines",
    "totsrvcs",
    "totalservices",
    "linesrvccnt",
    "srvccnt",
    "servicecount",
    "services",
    "totalcount",
    "sumofcount",
    "countofclaims",
    "claimcount",
    "claims",
    "numberofclaims",
    "clmcnt",
    "claimcnt",
    "cnt",
    "n",
    "freq",
    "frequency",
    "volume",
    "vol",
    "cases",
    "casecount",
    "encounters",
    "encountercount",
    "visits",
    "visitcount",
    "uses",
    "usage",
    "occurrences",
    "instances",
    "times",
    "records",
    "recordcount",
    "discharges",
    "orders",
    "ordercount",
    "units",
    "unitcount",
    "quantity",
    "qty",
    "units billed",
    "billedunits",
    "totalunits",
    "total",
    "number",
    "num",
    "totbenes",
    "benecnt",
    "benes",
    "patients",
    "patientcount",
    "members",
    "benecount",
];

/// Words for frequency at the end of a heading.
const COUNT_ENDS: &[&str] = &["count", "cnt", "volume", "frequency", "freq", "qty", "quantity"];

/// Things that are counted, after `number of`, `num`, `n`, `total` or `#`.
const COUNTED: &[&str] = &[
    "claims",
    "lines",
    "services",
    "srvcs",
    "cases",
    "visits",
    "encounters",
    "units",
    "discharges",
    "procedures",
    "orders",
    "records",
    "patients",
    "members",
    "benes",
    "beneficiaries",
    "scripts",
    "fills",
    "uses",
    "times",
    "diagnoses",
    "charges",
];

/// Whole headings of owners in lowercase letters and digits.
const OWNERS: &[&str] = &[
    "owner",
    "department",
    "dept",
    "departmentname",
    "deptname",
    "deptcode",
    "departmentid",
    "clinic",
    "clinicname",
    "facility",
    "facilityname",
    "location",
    "locationname",
    "payer",
    "payor",
    "payername",
    "service",
    "serviceline",
    "specialty",
    "team",
    "unit",
    "costcenter",
    "division",
    "site",
    "orderingdepartment",
    "performingdepartment",
    "billingdepartment",
    "revenuecenter",
    "businessunit",
    "practice",
];

/// Whole headings of amounts, the ones charged before the ones paid.
const AMOUNTS: &[&str] = &[
    "amount",
    "charges",
    "charge",
    "chargeamount",
    "totalcharge",
    "totalcharges",
    "totalchargeamount",
    "totalamount",
    "linecharge",
    "linecharges",
    "grosscharges",
    "grosscharge",
    "chargeamt",
    "chrgamt",
    "totchrg",
    "billed",
    "billedamount",
    "billedamt",
    "submittedcharges",
    "allowed",
    "allowedamount",
    "allowedamt",
    "paid",
    "paidamount",
    "paidamt",
    "payment",
    "payments",
    "paymentamount",
    "cost",
    "totalcost",
    "dollars",
    "revenue",
    "clmtotchrgamt",
    "clmsbmtchrgamt",
    "clmlinesbmtchrgamt",
    "clmpmtamt",
    "totalbilled",
    "totalpaid",
    "amt",
];

/// Words that make an amount a price, an average or a limit, whose sum is meaningless.
const NO_SUMS: &[&str] = &[
    "avg",
    "average",
    "mean",
    "median",
    "unit",
    "price",
    "rate",
    "min",
    "max",
    "minimum",
    "maximum",
    "discounted",
];

/// Whole headings of accounts, claims and encounters.
const ACCOUNTS: &[&str] = &[
    "account",
    "accountno",
    "accountnumber",
    "accountid",
    "accountnum",
    "acct",
    "acctno",
    "acctnum",
    "acctnumber",
    "acctid",
    "patientaccount",
    "patientaccountno",
    "patientaccountnumber",
    "patacct",
    "patacctno",
    "pataccount",
    "hospitalaccount",
    "hospitalaccountid",
    "hospitalaccountno",
    "har",
    "hsp",
    "hspaccountid",
    "encounter",
    "encounterid",
    "encounterno",
    "encounternumber",
    "encounternum",
    "enc",
    "encid",
    "csn",
    "patenccsnid",
    "contactserialnumber",
    "claim",
    "claimid",
    "claimno",
    "claimnumber",
    "claimnum",
    "clmid",
    "clm",
    "icn",
    "dcn",
    "fin",
    "finno",
    "finnumber",
    "finnbr",
    "visitid",
    "visitno",
    "visitnumber",
    "hadmid",
    "stayid",
    "visitoccurrenceid",
    "invoice",
    "invoiceno",
    "invoicenumber",
    "pcn",
    "caseid",
    "casenumber",
];

/// Whole headings of days.
const DAYS: &[(&str, DayOf)] = &[
    ("dischargedate", DayOf::Discharge),
    ("dateofdischarge", DayOf::Discharge),
    ("dischargedt", DayOf::Discharge),
    ("dischdate", DayOf::Discharge),
    ("dischtime", DayOf::Discharge),
    ("dischargetime", DayOf::Discharge),
    ("discharged", DayOf::Discharge),
    ("dischargeday", DayOf::Discharge),
    ("nchbenedschrgdt", DayOf::Discharge),
    ("dcdate", DayOf::Discharge),
    ("servicedate", DayOf::Service),
    ("dateofservice", DayOf::Service),
    ("dos", DayOf::Service),
    ("servicedt", DayOf::Service),
    ("svcdate", DayOf::Service),
    ("svcdt", DayOf::Service),
    ("servicedatefrom", DayOf::Service),
    ("fromdos", DayOf::Service),
    ("dosfrom", DayOf::Service),
    ("proceduredate", DayOf::Service),
    ("procdate", DayOf::Service),
    ("filldate", DayOf::Service),
    ("filldt", DayOf::Service),
    ("dispensedate", DayOf::Service),
    ("datefilled", DayOf::Service),
    ("dispensingdate", DayOf::Service),
    ("administrationdate", DayOf::Service),
    ("rxdate", DayOf::Service),
    ("srvcdt", DayOf::Service),
    ("chargedate", DayOf::Service),
    ("postingdate", DayOf::Record),
    ("clmlinethrudt", DayOf::Through),
    ("throughdate", DayOf::Through),
    ("thrudate", DayOf::Through),
    ("todate", DayOf::Through),
    ("servicedateto", DayOf::Through),
    ("todos", DayOf::Through),
    ("dosto", DayOf::Through),
    ("statementthroughdate", DayOf::Through),
    ("clmthrudt", DayOf::Through),
    ("fromdate", DayOf::From),
    ("statementfromdate", DayOf::From),
    ("clmlinefromdt", DayOf::From),
    ("clmfromdt", DayOf::From),
    ("admissiondate", DayOf::Admission),
    ("admitdate", DayOf::Admission),
    ("admittime", DayOf::Admission),
    ("admitdt", DayOf::Admission),
    ("encounterdate", DayOf::Record),
    ("visitdate", DayOf::Record),
    ("visitstartdate", DayOf::Record),
    ("conditionstartdate", DayOf::Record),
    ("diagnosisdate", DayOf::Record),
    ("dxdate", DayOf::Record),
    ("orderdate", DayOf::Record),
    ("date", DayOf::Record),
    ("day", DayOf::Record),
];

/// Words that occur in headings and hardly ever in people's names.
const WORDS: &[&str] = &[
    "code",
    "codes",
    "icd",
    "icd10",
    "dx",
    "dx1",
    "diagnosis",
    "diag",
    "procedure",
    "proc",
    "px",
    "description",
    "desc",
    "date",
    "id",
    "mrn",
    "patient",
    "encounter",
    "name",
    "hcpcs",
    "cpt",
    "ndc",
    "revenue",
    "charge",
    "price",
    "modifier",
    "quantity",
    "type",
    "rev",
    "gl",
    "item",
];

/// Returns a heading in lowercase letters and digits, as in the lists above: `# of Claims` is `numberofclaims`.
pub(crate) fn plain(heading: &str) -> String {
    let heading = heading.trim();
    let mut plain = String::with_capacity(heading.len());
    for char in heading.chars() {
        match char {
            '#' => plain.push_str("number"),
            char if char.is_ascii_alphanumeric() => plain.push(char.to_ascii_lowercase()),
            _ => {}
        }
    }
    plain
}

/// Returns the role of a column, and its rank among those with this role: a lower rank is a closer match.
pub(crate) fn of(heading: &str) -> Option<(Role, usize)> {
    let plain = plain(heading);
    if plain.is_empty() || plain.len() > 48 {
        return None;
    }
    let rank = |list: &[&str]| list.iter().position(|name| *name == plain);
    if let Some(at) = DAYS.iter().position(|(name, _)| *name == plain) {
        return Some((Role::Day(DAYS[at].1), at));
    }
    let words = systems::parts(heading);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let lists = [(Role::Count, COUNTS), (Role::Owner, OWNERS), (Role::Account, ACCOUNTS)];
    for (role, list) in lists {
        if let Some(rank) = rank(list) {
            return Some((role, rank));
        }
    }
    if has(NO_SUMS) {
        return None;
    }
    if let Some(rank) = rank(AMOUNTS) {
        return Some((Role::Amount, rank));
    }
    let last = words.last().map_or("", String::as_str);
    let counts = |lead: &str| plain.strip_prefix(lead).is_some_and(|rest| COUNTED.contains(&rest));
    let is_count =
        COUNT_ENDS.contains(&last) && words.len() > 1 && !has(&["code", "codes", "days", "supply"])
            || ["numberof", "noof", "countof", "sumof", "number", "num", "n", "total", "tot", "annual"]
                .iter()
                .any(|lead| counts(lead));
    if is_count {
        return Some((Role::Count, COUNTS.len()));
    }
    let is_amount = matches!(last, "charges" | "amount" | "amt" | "chrg" | "charge") && words.len() > 1;
    is_amount.then_some((Role::Amount, AMOUNTS.len()))
}

/// Returns whether a text is certainly a heading: it has a role, or holds a word that headings are made of.
pub(crate) fn is_known(heading: &str) -> bool {
    if of(heading).is_some()
        || systems::Label::of(heading).is_some()
        || systems::is_last_day(heading).is_some()
    {
        return true;
    }
    let words = systems::parts(heading);
    words.len() <= 8 && words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Returns whether a heading may be quoted in a message: all of it is known, so that it cannot be the name of a person.
pub(crate) fn is_quotable(heading: &str) -> bool {
    let words = systems::parts(heading);
    of(heading).is_some()
        || systems::is_last_day(heading).is_some()
        || words.len() <= 6 && words.iter().all(|word| is_quotable_word(word))
}

/// Returns whether a word in lowercase letters may be quoted: it names a code system, a role or a kind of value.
pub(crate) fn is_quotable_word(word: &str) -> bool {
    const PLAIN: [&str; 32] = [
        "rev",
        "gl",
        "default",
        "op",
        "ip",
        "er",
        "no",
        "number",
        "text",
        "title",
        "label",
        "ext",
        "amt",
        "old",
        "new",
        "previous",
        "prior",
        "current",
        "from",
        "to",
        "source",
        "target",
        "primary",
        "secondary",
        "principal",
        "admitting",
        "other",
        "first",
        "line",
        "claim",
        "standard",
        "list",
    ];
    WORDS.contains(&word)
        || PLAIN.contains(&word)
        || word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
        || systems::named(word).is_some()
        || is_role_word(word)
}

/// Returns whether a word is one of those that headings with a role are made of.
fn is_role_word(word: &str) -> bool {
    COUNT_ENDS.contains(&word)
        || NO_SUMS.contains(&word)
        || of(word).is_some()
        || systems::Label::of(word).is_some()
}

/// Cheap pre-filter: returns whether a record may have the heading of a column of codes in it. Most records do not.
pub(crate) fn may_name_codes(record: &[u8]) -> bool {
    static PARTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let parts = ["code", "icd", "dx", "diag", "cpt", "hcpc", "ndc", "cdt", "pcs", "drg", "modifier"];
        AhoCorasick::builder().ascii_case_insensitive(true).build(parts).ok()
    });
    PARTS.as_ref().is_some_and(|parts| parts.is_match(record))
}

/// Returns whether a heading names a column of codes: by a set, or by the word itself.
pub(crate) fn is_code(heading: &str) -> bool {
    let words = systems::parts(heading);
    words.len() <= 8
        && (systems::named(heading).is_some()
            || words.iter().any(|word| matches!(word.as_str(), "code" | "codes")))
}

/// Returns whether a heading names the modifiers of a code: `Modifier`, `MOD2`, `hcpcs_mod_1`, `HCPCS_1ST_MDFR_CD`.
pub(crate) fn is_modifier(heading: &str) -> bool {
    let words = systems::parts(heading);
    words.len() <= 5
        && words.iter().any(|word| {
            let word = word.trim_end_matches(|char: char| char.is_ascii_digit());
            matches!(word, "mod" | "mods" | "modifier" | "modifiers" | "mdfr")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_real_files_have_their_roles() {
        use DayOf::{Discharge, Record, Service, Through};
        for (headings, role) in [
            (
                &[
                    "cnt",
                    "visits",
                    "units",
                    "quantity",
                    "qty",
                    "number",
                    "patients",
                    "Total Count",
                    "claim_count",
                    "Number of Claims",
                    "# of claims",
                    "Sum of Count",
                    "Tot_Srvcs",
                    "line_srvc_cnt",
                    "CLM_CNT",
                    "bene_cnt",
                    "n",
                    "Annual Volume",
                    "Encounter Count",
                    "totalVisits",
                    "num_claims",
                ][..],
                Some(Role::Count),
            ),
            (
                &[
                    "Total Charges",
                    "charge",
                    "Paid Amt",
                    "billed_amount",
                    "CLM_PMT_AMT",
                    "Charges",
                    "Net Charges",
                ],
                Some(Role::Amount),
            ),
            (&["discharge_date", "DischargeDate", "dischtime"], Some(Role::Day(Discharge))),
            (&["DOS", "Service Date", "fill_date", "Date of Service"], Some(Role::Day(Service))),
            (&["thru_date", "CLM_THRU_DT"], Some(Role::Day(Through))),
            (&["visit_date", "Date"], Some(Role::Day(Record))),
            (&["Department", "Dept", "clinic", "Service Line", "Payer"], Some(Role::Owner)),
            (
                &[
                    "Account No",
                    "Encounter",
                    "CSN",
                    "Claim",
                    "HAR",
                    "Patient Account",
                    "FIN",
                    "claim_id",
                    "hadm_id",
                ],
                Some(Role::Account),
            ),
            (
                &[
                    "Avg_Sbmtd_Chrg",
                    "Unit Price",
                    "description",
                    "patient_name",
                    "mrn",
                    "discounted_cash",
                    "code",
                    "Days Supply Count",
                    "",
                ],
                None,
            ),
        ] {
            for heading in headings {
                assert_eq!(of(heading).map(|(role, _)| role), role, "{heading}");
            }
        }
    }

    #[test]
    fn only_headings_that_are_known_as_a_whole_are_quoted() {
        for heading in [
            "Tot_Srvcs",
            "CPT/HCPCS Code",
            "icd10",
            "code",
            "Charge Code",
            "vocabulary_id",
            "mrn",
            "old_icd10",
        ] {
            assert!(is_quotable(heading), "{heading}");
        }
        for heading in ["Name: Jane Smith MRN 483920", "Smith", "Cardiology clinic Jane", "V58.11", "Jane"] {
            assert!(!is_quotable(heading), "{heading}");
        }
    }

    #[test]
    fn services_rank_before_patients() {
        assert!(of("Tot_Srvcs") < of("Tot_Benes"));
        assert!(of("line_srvc_cnt") < of("bene_cnt"));
        assert!(of("count") < of("units"));
    }
}
