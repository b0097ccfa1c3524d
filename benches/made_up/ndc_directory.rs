//! A made-up NDC directory: two issues of it, with the columns, lengths and oddities of the FDA's.

/// As many products as the directory has.
pub(crate) const PRODUCTS: u32 = 110_000;

/// One issue of the directory: two tables of text in Windows-1252.
pub(crate) struct Directory {
    /// `product.txt`
    pub(crate) products: Vec<u8>,
    /// `package.txt`
    pub(crate) packages: Vec<u8>,
}

const PRODUCT_TITLES: &str = "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX\t\
    NONPROPRIETARYNAME\tDOSAGEFORMNAME\tROUTENAME\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tMARKETINGCATEGORYNAME\t\
    APPLICATIONNUMBER\tLABELERNAME\tSUBSTANCENAME\tACTIVE_NUMERATOR_STRENGTH\tACTIVE_INGRED_UNIT\tPHARM_CLASSES\t\
    DEASCHEDULE\tNDC_EXCLUDE_FLAG\tLISTING_RECORD_CERTIFIED_THROUGH\r\n";

const PACKAGE_TITLES: &str = "PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\tPACKAGEDESCRIPTION\tSTARTMARKETINGDATE\t\
    ENDMARKETINGDATE\tNDC_EXCLUDE_FLAG\tSAMPLE_PACKAGE\r\n";

const FORMS: [&str; 6] = [
    "TABLET, FILM COATED",
    "INJECTION, SOLUTION",
    "CREAM",
    "CAPSULE, EXTENDED RELEASE",
    "SOLUTION/ DROPS",
    "POWDER, FOR SUSPENSION",
];
const ROUTES: [&str; 5] =
    ["ORAL", "INTRAVENOUS; SUBCUTANEOUS", "TOPICAL", "ORAL;    SUBLINGUAL", "OPHTHALMIC"];
const SYLLABLES: [&str; 12] =
    ["fic", "ta", "zol", "ide", "pra", "ven", "lor", "mide", "sta", "tin", "oxa", "cin"];
const CLASSES: [&str; 3] = [
    "",
    "Made Up Receptor Antagonist [EPC],Made Up Receptor Antagonists [MoA]",
    "Invented Channel Blocker [EPC],Invented Activity [MoA],Imagined Decreased Reuptake [PE],Imagined Class [CS]",
];

/// The issue before, or the one after, in which some percent of all changed.
pub(crate) fn directory(new: bool, products: u32) -> Directory {
    let mut directory = Directory { products: PRODUCT_TITLES.into(), packages: PACKAGE_TITLES.into() };
    for number in 0..products {
        let product = Product { number, new };
        // One in fifty is gone in the new issue, another in fifty came with it.
        let listed = if new { !product.one_in(50, "gone") } else { !product.one_in(50, "came") };
        if listed {
            product.write(&mut directory);
        }
    }
    directory
}

#[derive(Clone, Copy)]
struct Product {
    number: u32,
    new: bool,
}

impl Product {
    /// A number that depends on the product and on what it is asked for, and on nothing else: FNV-1a, well stirred.
    fn hash(self, what: &str) -> u64 {
        let bytes = self.number.to_le_bytes();
        let hash = bytes.iter().chain(what.as_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
    }

    fn one_in(self, many: u64, what: &str) -> bool {
        self.hash(what).is_multiple_of(many)
    }

    fn changed(self, many: u64, what: &str) -> bool {
        self.new && self.one_in(many, what)
    }

    fn pick<'a>(self, list: &[&'a str], what: &str) -> &'a str {
        list[self.hash(what) as usize % list.len()]
    }

    /// A name of some syllables.
    fn name(self, syllables: u64, what: &str) -> String {
        let mut hash = self.hash(what);
        let mut name = String::new();
        for _ in 0..syllables {
            name.push_str(SYLLABLES[hash as usize % SYLLABLES.len()]);
            hash /= SYLLABLES.len() as u64;
        }
        name
    }

    /// Labeler and product segment: 20 products a labeler, in the directory's order. One in six labelers has four digits.
    fn segments(self) -> (String, String) {
        let (labeler, product) = (self.number / 20, self.number % 20 * 37 + 1);
        match labeler {
            0..900 => (format!("{labeler:04}"), format!("{product:04}")),
            _ if self.is_wide() => (format!("{}", 9_100 + labeler), format!("{product:04}")),
            _ => (format!("{}", 9_100 + labeler), format!("{product:03}")),
        }
    }

    /// Whether a labeler of five digits writes 5-4-1; some products of the others went over to it.
    fn is_wide(self) -> bool {
        let labeler = Self { number: self.number / 20, new: false };
        labeler.one_in(4, "wide") || self.changed(500, "reformatted")
    }

    fn write(self, directory: &mut Directory) {
        let (labeler, product) = self.segments();
        let code = format!("{labeler}-{product}");
        let version = if self.changed(2, "version") { "version" } else { "first version" };
        let id = format!("{code}_{}", self.guid(version));
        self.write_product(&id, &code, &mut directory.products);
        if self.one_in(200, "listed twice") {
            let id = format!("{code}_{}", self.guid("second listing"));
            self.write_product(&id, &code, &mut directory.products);
        }
        let packages = match self.hash("packages") % 100 {
            0..35 => 1,
            35..74 => 2,
            _ => 3,
        };
        let more = u64::from(self.changed(50, "another package"));
        for package in 1 + u64::from(self.changed(50, "one package less"))..=packages + more {
            let width = if code.len() == 10 { 1 } else { 2 };
            self.write_package(&id, &code, &format!("{code}-{package:0width$}"), &mut directory.packages);
        }
    }

    fn guid(self, what: &str) -> String {
        let (a, b) = (self.hash(what), self.hash("rest"));
        format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", a as u32, b as u16, b as u16 % 4096, a % 4096, a ^ b)
    }

    fn start(self) -> String {
        let hash = self.hash("start");
        let year = if self.changed(200, "another start") { 2026 } else { 1995 + hash % 30 };
        format!("{year}{:02}{:02}", hash / 30 % 12 + 1, hash / 360 % 28 + 1)
    }

    fn end(self) -> &'static str {
        if self.one_in(20, "ends") || self.changed(100, "ends now") { "20280630" } else { "" }
    }

    fn write_product(self, id: &str, code: &str, table: &mut Vec<u8>) {
        let substance = self.name(4 + self.hash("length") % 5, "substance").to_uppercase();
        let two = self.one_in(6, "two substances");
        let proprietary = self.name(3 + u64::from(self.changed(200, "renamed")), "proprietary");
        let labeler = self.name(6, "labeler");
        let end = self.end();
        let certified = match (end, self.new) {
            ("", false) => "20261231",
            ("", true) => "20271231",
            _ => "",
        };
        let cells = [
            id,
            code,
            if self.one_in(3, "otc") { "HUMAN OTC DRUG" } else { "HUMAN PRESCRIPTION DRUG" },
            &proprietary,
            if self.one_in(8, "suffix") { "Extra Strength" } else { "" },
            &substance.to_lowercase(),
            self.pick(&FORMS, "form"),
            self.pick(&ROUTES, "route"),
            &self.start(),
            end,
            if self.one_in(3, "otc") { "OTC MONOGRAPH DRUG" } else { "ANDA" },
            &format!("ANDA{:06}", self.hash("application") % 300_000),
            &format!(
                "{labeler} Pharmaceuticals, Inc. {}",
                if self.changed(100, "sold") { "(USA)" } else { "" }
            ),
            &if two { format!("{substance}; {substance} HYDROCHLORIDE") } else { substance.clone() },
            if two { "25; 12.5" } else { "100" },
            if two { "mg/1; mg/1" } else { "mg/mL" },
            self.pick(&CLASSES, "class"),
            if self.one_in(15, "schedule") { "CIV" } else { "" },
            "N",
            certified,
        ];
        table.extend_from_slice(cells.join("\t").as_bytes());
        if self.one_in(300, "umlaut") {
            // The labeler's first letter, in Windows-1252.
            let at = table.len() - cells[12..].join("\t").len();
            table[at] = 0xe4;
        }
        if self.one_in(1000, "quote") {
            let at = table.len() - cells[12..].join("\t").len() + 1;
            table[at] = b'"';
        }
        table.extend_from_slice(b"\r\n");
    }

    fn write_package(self, id: &str, product: &str, code: &str, table: &mut Vec<u8>) {
        let count = 10 * (1 + self.hash("count") % 9) + u64::from(self.changed(100, "another count"));
        let description = match self.hash("description") % 3 {
            0 => format!("{count} TABLET, FILM COATED in 1 BOTTLE ({code}) "),
            1 => {
                format!("{count} VIAL, SINGLE-DOSE in 1 CARTON ({code})  > {count} mL in 1 VIAL, SINGLE-DOSE")
            }
            _ => format!("1 TUBE in 1 CARTON ({code})  > {count} g in 1 TUBE"),
        };
        let sample = if self.one_in(40, "sample") { "Y" } else { "N" };
        let cells = [id, product, code, &description, &self.start(), self.end(), "N", sample];
        table.extend_from_slice(cells.join("\t").as_bytes());
        table.extend_from_slice(b"\r\n");
    }
}
