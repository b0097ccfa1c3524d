//! The roles of the columns of a table, from everything seen in it, and the sentences about them.

use super::UsageOptions;
use super::column::{Column, Group};
use super::fault::NoRoles;
use super::vocabulary::Vocabulary;
use crate::base::{a1, grouped};
use crate::fields::evidence::FieldKind;
use crate::fields::roles::{self, Role};
use crate::fields::systems::{self, SetName};
use crate::fields::uses::{self, Side};
use crate::model::sets;
use crate::read::FieldId;
use crate::tables::day::DayForm;

/// The user's choice of columns, which takes precedence over the table itself: a heading, a letter as in `C`, or a
/// number from 1.
#[derive(Debug, Clone, Default)]
pub struct ColumnChoice {
    /// The code column.
    pub code: Option<String>,
    /// The column of counts.
    pub count: Option<String>,
    /// The column of the owner of a line.
    pub owner: Option<String>,
    /// The column of amounts.
    pub amount: Option<String>,
    /// The column of the day.
    pub date: Option<String>,
    /// The column of the account, claim or encounter that a line belongs to.
    pub claim: Option<String>,
}

impl ColumnChoice {
    /// Returns whether the user named any column.
    pub(in crate::impact) fn is_made(&self) -> bool {
        let Self { code, count, owner, amount, date, claim } = self;
        [code, count, owner, amount, date, claim].into_iter().any(Option::is_some)
    }
}

/// A column of codes.
#[derive(Debug, Clone, Copy)]
pub(in crate::impact) struct CodeColumn {
    pub(in crate::impact) field: FieldId,
    /// The column that names the system of each of its codes.
    pub(in crate::impact) label: Option<FieldId>,
}

/// A column of days.
#[derive(Debug, Clone, Copy)]
pub(in crate::impact) struct DayColumn {
    pub(in crate::impact) field: FieldId,
    pub(in crate::impact) form: DayForm,
}

/// A column of amounts.
#[derive(Debug, Clone, Copy)]
pub(in crate::impact) struct AmountColumn {
    pub(in crate::impact) field: FieldId,
    /// True if the decimal separator is a comma.
    pub(in crate::impact) has_comma: bool,
    /// The column of accounts whose totals they are.
    pub(in crate::impact) account: Option<FieldId>,
}

/// A table with the roles of its columns.
#[derive(Debug, Default)]
pub(in crate::impact) struct Table {
    /// Its place, for display, such as a sheet; empty if the file is a single table.
    pub(in crate::impact) place: String,
    /// Columns of codes; empty if the table is left out.
    pub(in crate::impact) codes: Vec<CodeColumn>,
    /// Columns that name the system of a whole row.
    pub(in crate::impact) labels: Vec<FieldId>,
    /// The columns of the modifiers of the code, where keys are made of both.
    pub(in crate::impact) modifiers: Vec<FieldId>,
    pub(in crate::impact) count: Option<FieldId>,
    pub(in crate::impact) owner: Option<FieldId>,
    pub(in crate::impact) amount: Option<AmountColumn>,
    /// Days: the first one that is not blank counts.
    pub(in crate::impact) days: Vec<DayColumn>,
    /// Columns that rows are selected by, with the value.
    pub(in crate::impact) only: Vec<(FieldId, Vec<u8>)>,
    /// In a price list with a row for each payer: the columns that distinguish charges.
    pub(in crate::impact) charge: Option<Vec<FieldId>>,
    /// The roles that its columns were given, and the parts of them that are not used.
    pub(in crate::impact) found: Vec<String>,
    /// True if only the share of codes shows where they are, and that share is small.
    pub(in crate::impact) is_weak: bool,
    /// Why it is left out, if it is.
    pub(in crate::impact) left_out: Option<String>,
}

impl Table {
    /// Returns the column of codes of a table that has nothing else to count: each of its rows is a line.
    pub(super) fn only_codes(&self) -> Option<FieldId> {
        let Self { codes, labels, modifiers, count, owner, amount, days, only, charge, .. } = self;
        let has_none = labels.is_empty() && modifiers.is_empty() && days.is_empty() && only.is_empty();
        let is_alone = has_none && count.is_none() && owner.is_none() && amount.is_none() && charge.is_none();
        match codes.as_slice() {
            [CodeColumn { field, label: None }] if is_alone => Some(*field),
            _ => None,
        }
    }

    /// Returns the fields that its rows are counted by.
    #[cfg(feature = "parquet")]
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldId> {
        let Self { codes, labels, modifiers, count, owner, amount, days, only, charge, .. } = self;
        let of_codes = codes.iter().flat_map(|column| [Some(column.field), column.label]).flatten();
        let of_amount = amount.iter().flat_map(|amount| [Some(amount.field), amount.account]).flatten();
        let single = [*count, *owner].into_iter().flatten();
        let lists = labels.iter().chain(modifiers).chain(charge.iter().flatten()).copied();
        let of_days = days.iter().map(|column| column.field);
        let all = of_codes.chain(of_amount).chain(single).chain(lists).chain(of_days);
        all.chain(only.iter().map(|(field, _)| *field))
    }
}

/// The share of cells that must match their heading, of those that are not blank.
const FITTING_SHARE: f64 = 0.8;

/// The share from which a column with the right heading is used although some of its cells cannot be read.
const READABLE_SHARE: f64 = 0.3;

/// The share of values that must be codes in a column with a heading for codes of some kind.
const CALLED_SHARE: f64 = 0.2;

/// The same where no other information shows where the codes are.
const LEAST_SHARE: f64 = 0.5;

/// The share of values that look like codes from which a column is named in a message, though it is not read.
const REPORTED_SHARE: f64 = 0.1;

/// Maximum number of columns to name in a message.
const NAMED: usize = 12;

/// Decides the roles of all columns of a file.
///
/// # Errors
///
/// If no table has a column of codes, if it is not clear which one, or if a column that was asked for is not
/// there.
pub(in crate::impact) fn decide<'a>(
    columns: &'a [Column],
    groups: &'a [Group],
    vocabulary: &'a Vocabulary<'a>,
    options: &'a UsageOptions,
) -> Result<Vec<Table>, NoRoles> {
    if groups.iter().all(|group| group.rows == 0) {
        return Err(NoRoles::Empty);
    }
    let mut tables = Vec::new();
    let mut faults = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let first = columns.partition_point(|column| column.table < number);
        let last = columns.partition_point(|column| column.table <= number);
        let grid = Grid { columns, range: first..last, group, vocabulary, options };
        let place = group.sheet.clone().unwrap_or_default();
        let table = match grid.table() {
            _ if group.is_hidden && group.rows > 0 => {
                Table { left_out: Some("is hidden".to_owned()), ..Table::default() }
            }
            Ok(table) => table,
            Err(fault) => {
                if group.rows > 0 {
                    faults.push(fault.clone());
                }
                let reason = (group.rows > 0).then(|| fault.to_string());
                Table { left_out: reason, ..Table::default() }
            }
        };
        tables.push(Table { place, ..table });
    }
    // If another sheet clearly has codes, a few values that look like codes are not codes: `OB` in a list of rooms.
    if tables.iter().any(|table| !table.codes.is_empty() && !table.is_weak) {
        for table in tables.iter_mut().filter(|table| table.is_weak) {
            table.codes.clear();
            table.left_out = Some("no column clearly contains codes".to_owned());
        }
    }
    // An ambiguous table stops the whole file; a table without codes does so only if no table has codes.
    let is_any = tables.iter().any(|table| !table.codes.is_empty());
    let is_ambiguous = |fault: &NoRoles| matches!(fault, NoRoles::Ambiguous { .. });
    match faults.into_iter().find(|fault| is_ambiguous(fault) || !is_any) {
        Some(fault) => Err(fault),
        None if !is_any => Err(NoRoles::NoCodes(vocabulary.set().title)),
        None => Ok(tables),
    }
}

/// Returns the position that a letter or a number names: `C` and 3 are 2.
fn position(wanted: &str) -> Option<u32> {
    if let Ok(number) = wanted.parse::<u32>() {
        return number.checked_sub(1);
    }
    a1::column(wanted)
}

/// The columns of one table.
struct Grid<'a> {
    columns: &'a [Column],
    range: std::ops::Range<FieldId>,
    group: &'a Group,
    vocabulary: &'a Vocabulary<'a>,
    options: &'a UsageOptions,
}

impl<'a> Grid<'a> {
    fn own(&self) -> impl Iterator<Item = (FieldId, &'a Column)> + Clone + use<'a> {
        let columns = self.columns;
        self.range.clone().map(move |field| (field, &columns[field]))
    }

    fn name(&self, field: FieldId) -> String {
        let column = &self.columns[field];
        if column.heading.is_empty() || !roles::is_quotable(&column.heading) {
            return format!("column {}", column.position + 1);
        }
        let heading: String = column.heading.chars().take(64).collect();
        format!("column `{}`", heading.escape_debug())
    }

    fn names(&self, fields: &[FieldId]) -> String {
        let names: Vec<String> = fields.iter().take(NAMED).map(|field| self.name(*field)).collect();
        let more =
            if fields.len() > NAMED { format!(" and {} more", fields.len() - NAMED) } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// Returns the column that the user names.
    fn asked(&self, wanted: Option<&String>) -> Result<Option<FieldId>, NoRoles> {
        let Some(wanted) = wanted else { return Ok(None) };
        let by_heading = self.own().find(|(_, column)| column.is_wanted(wanted));
        let by_position =
            || position(wanted).and_then(|at| self.own().find(|(_, column)| column.position == at));
        match by_heading.or_else(by_position) {
            Some((field, _)) => Ok(Some(field)),
            None => Err(self.no_column(wanted)),
        }
    }

    fn no_column(&self, wanted: &str) -> NoRoles {
        let own = wanted.to_owned();
        let names: Vec<String> = self
            .own()
            .filter(|(_, column)| !column.heading.is_empty() && roles::is_quotable(&column.heading))
            .take(40)
            .map(|(_, column)| column.heading.chars().take(64).collect::<String>().escape_debug().to_string())
            .collect();
        match names.as_slice() {
            [] if self.own().all(|(_, column)| column.heading.is_empty()) => NoRoles::NoHeadings(own),
            [] => NoRoles::NoColumn(own),
            names => NoRoles::NoneOf(own, names.join(", ")),
        }
    }

    fn table(&self) -> Result<Table, NoRoles> {
        let choice = &self.options.columns;
        let codes = match self.asked(choice.code.as_ref())? {
            Some(field) => vec![field],
            None => self.code_columns()?,
        };
        let is_code = |field: FieldId| codes.contains(&field);
        let charge = self.charge();
        let count = match self.asked(choice.count.as_ref())? {
            Some(field) => Some(field),
            None => self.first(Role::Count, |field, column| {
                let is_plain = column.role.is_some_and(|(_, rank)| rank < 2) && column.whole > 0;
                let is_readable = is_plain || share(column.whole, column.filled) >= READABLE_SHARE;
                !is_code(field) && charge.is_none() && is_readable
            }),
        };
        let owner = match self.asked(choice.owner.as_ref())? {
            Some(field) => Some(field),
            None => self.first(Role::Owner, |field, column| !is_code(field) && column.filled > 0),
        };
        let amount = self.amount(&codes, count, charge.is_some())?;
        let days = self.days(&codes)?;
        let labels = self.own().filter(|(field, column)| {
            !is_code(*field) && !column.is_paired && column.label.is_some() && column.systems > 0
        });
        let labels: Vec<FieldId> = labels.map(|(field, _)| field).collect();
        let only = self.only()?;
        // With several columns of codes, it is not clear which of them they belong to.
        let are_keys = self.vocabulary.set().keys_with_modifiers && codes.len() == 1;
        let modifiers = self.own().filter(|(_, column)| are_keys && roles::is_modifier(&column.heading));
        let modifiers: Vec<FieldId> = modifiers.map(|(field, _)| field).collect();
        let codes: Vec<CodeColumn> =
            codes.iter().map(|&field| CodeColumn { field, label: self.label_of(field) }).collect();
        let mut table =
            Table { codes, labels, modifiers, count, owner, amount, days, only, charge, ..Table::default() };
        let is_named = |field: FieldId| {
            systems::named(&self.columns[field].heading).is_some()
                || roles::is_code(&self.columns[field].heading)
        };
        table.is_weak = choice.code.is_none()
            && table.codes.iter().all(|column| {
                let evidence = self.columns[column.field].evidence();
                !is_named(column.field) && (evidence.share() < 0.5 || evidence.known < 3)
            });
        table.found = self.found(&table);
        Ok(table)
    }

    /// Returns the columns of codes.
    fn code_columns(&self) -> Result<Vec<FieldId>, NoRoles> {
        let set = self.vocabulary.set();
        let mut ours: Vec<FieldId> = Vec::new();
        let mut others: Vec<(FieldId, SetName)> = Vec::new();
        for (field, column) in self.own() {
            match column.evidence().judge(set, None) {
                FieldKind::Ours(_) => ours.push(field),
                FieldKind::Other(name, _) if column.filled > 0 => others.push((field, name)),
                FieldKind::Other(..) | FieldKind::Unclear(_) | FieldKind::None => {}
            }
        }
        let named = |field: &FieldId| {
            systems::named(&self.columns[*field].heading).is_some_and(|name| systems::is_of(name, set))
                || self.label_of(*field).is_some()
        };
        if ours.iter().any(named) {
            ours.retain(named);
            return self.family(ours);
        }
        if ours.len() > 1 {
            let called: Vec<FieldId> =
                ours.iter().copied().filter(|field| roles::is_code(&self.columns[*field].heading)).collect();
            ours = if called.is_empty() { ours } else { called };
            return self.family(ours);
        }
        if !ours.is_empty() {
            return Ok(ours);
        }
        self.likeliest(&others)
    }

    /// Returns the column with the greatest share of codes, where no other information shows where they are, and its sisters.
    fn likeliest(&self, others: &[(FieldId, SetName)]) -> Result<Vec<FieldId>, NoRoles> {
        let set = self.vocabulary.set();
        let is_other = |field: FieldId| others.iter().any(|(other, _)| *other == field);
        let shares = self.own().filter(|(field, column)| {
            let codes = column.known - column.modifiers;
            let least = if roles::is_code(&column.heading) { CALLED_SHARE } else { LEAST_SHARE };
            !is_other(*field) && codes > 0 && share(codes, column.values) >= least
        });
        let share = |field: FieldId| self.columns[field].evidence().share();
        let best = shares
            .clone()
            .map(|(field, _)| field)
            .max_by(|a, b| share(*a).total_cmp(&share(*b)).then(b.cmp(a)));
        if let Some(best) = best {
            let stem = stem(&self.columns[best].heading);
            let is_sister = |field: &FieldId| {
                *field == best
                    || stem.is_some()
                        && self::stem(&self.columns[*field].heading) == stem
                        && share(*field) >= 0.5
            };
            let equal: Vec<FieldId> = shares
                .clone()
                .map(|(field, _)| field)
                .filter(|field| {
                    !is_sister(field) && share(*field) >= 0.9 * share(best) && self.columns[*field].known >= 3
                })
                .collect();
            let is_called = |field: FieldId| roles::is_code(&self.columns[field].heading);
            if !equal.is_empty() && !is_called(best) && self.columns[best].known >= 3 {
                return Err(self.ambiguous(&[vec![best], equal].concat()));
            }
            return Ok(shares.map(|(field, _)| field).filter(is_sister).collect());
        }
        // A column that names the set, in which all codes are unknown, is still the one.
        let named = self.own().find(|(_, column)| {
            let names = systems::named(&column.heading).is_some_and(|name| name == set.id);
            names && column.values > 0 && column.label.is_none()
        });
        if let Some((field, _)) = named {
            return Ok(vec![field]);
        }
        if let Some((field, other)) = others.first() {
            let (column, other) = (self.name(*field), set_title(other));
            return Err(NoRoles::OtherSet { column, other, title: set.title });
        }
        let likely = self.own().filter(|(field, column)| {
            !is_other(*field)
                && column.known >= 3
                && self::share(column.known - column.modifiers, column.values) >= REPORTED_SHARE
        });
        if let Some((field, column)) = likely.max_by_key(|(_, column)| column.known) {
            let (known, values) = (grouped(column.known), grouped(column.values));
            return Err(NoRoles::Unclear { title: set.title, known, values, column: self.name(field) });
        }
        let has_headings = self.own().any(|(_, column)| !column.heading.is_empty());
        Err(if has_headings { NoRoles::NoCodes(set.title) } else { NoRoles::NoCodesNorHeadings(set.title) })
    }

    /// Returns columns that all name codes of the set: those of one claim are read together, old and new codes are not.
    fn family(&self, fields: Vec<FieldId>) -> Result<Vec<FieldId>, NoRoles> {
        let sides: Vec<Side> =
            fields.iter().filter_map(|field| uses::side(&self.columns[*field].heading)).collect();
        let are_two = sides.iter().any(|side| *side == Side::Range || *side != sides[0]);
        if sides.len() > 1 && are_two {
            return Err(self.ambiguous(&fields));
        }
        let is_named = |field: &FieldId| systems::named(&self.columns[*field].heading).is_some();
        let stems: Vec<Option<&str>> =
            fields.iter().map(|field| stem(&self.columns[*field].heading)).collect();
        let is_family = stems[0].is_some() && stems.iter().all(|other| *other == stems[0]);
        let is_labeled = fields.iter().all(|field| self.label_of(*field).is_some());
        if fields.len() > 1 && !is_family && !is_labeled && !fields.iter().all(is_named) {
            return Err(self.ambiguous(&fields));
        }
        Ok(fields)
    }

    fn ambiguous(&self, fields: &[FieldId]) -> NoRoles {
        let place = self.group.sheet.as_ref().map_or(String::new(), |sheet| format!("{sheet}: "));
        NoRoles::Ambiguous { place, columns: self.names(fields), title: self.vocabulary.set().title }
    }

    /// Returns the column that names the system of a column, if it names any.
    fn label_of(&self, field: FieldId) -> Option<FieldId> {
        self.columns[field].labeled_by.filter(|label| self.columns[*label].systems > 0)
    }

    /// Returns the column with a role whose heading is the closest to it.
    fn first(&self, wanted: Role, fits: impl Fn(FieldId, &Column) -> bool) -> Option<FieldId> {
        let of_role = self.own().filter_map(|(field, column)| {
            let (role, rank) = column.role.filter(|(role, _)| *role == wanted)?;
            (role == wanted && fits(field, column)).then_some((rank, field))
        });
        of_role.min().map(|(_, field)| field)
    }

    fn amount(
        &self,
        codes: &[FieldId],
        count: Option<FieldId>,
        is_price_list: bool,
    ) -> Result<Option<AmountColumn>, NoRoles> {
        let choice = &self.options.columns;
        let readable = |column: &Column| share(column.amounts[0].max(column.amounts[1]), column.filled);
        let field = match self.asked(choice.amount.as_ref())? {
            Some(field) => Some(field),
            None if is_price_list => None,
            None => self.first(Role::Amount, |field, column| {
                !codes.contains(&field) && Some(field) != count && readable(column) >= READABLE_SHARE
            }),
        };
        let Some(field) = field else { return Ok(None) };
        let [point, comma] = self.columns[field].amounts;
        let account = match self.asked(choice.claim.as_ref())? {
            Some(account) => Some(account),
            None => self.first(Role::Account, |account, _| self.group.repeats_totals(account, field)),
        };
        Ok(Some(AmountColumn { field, has_comma: comma > point, account }))
    }

    fn days(&self, codes: &[FieldId]) -> Result<Vec<DayColumn>, NoRoles> {
        let column = |field: FieldId| DayColumn { field, form: self.columns[field].days.form() };
        if let Some(field) = self.asked(self.options.columns.date.as_ref())? {
            return Ok(vec![column(field)]);
        }
        let order = self.options.basis.order();
        let mut found: Vec<(usize, usize, FieldId)> = Vec::new();
        for (field, column) in self.own().filter(|(field, _)| !codes.contains(field)) {
            let Some((Role::Day(kind), rank)) = column.role else { continue };
            if share(column.days.fitting(), column.days.filled) >= FITTING_SHARE {
                let place = order.iter().position(|other| *other == kind).unwrap_or(order.len());
                found.push((place, rank, field));
            }
        }
        found.sort_unstable();
        Ok(found.into_iter().map(|(.., field)| column(field)).collect())
    }

    fn only(&self) -> Result<Vec<(FieldId, Vec<u8>)>, NoRoles> {
        let find = |(heading, value): &(String, String)| {
            let field = self.asked(Some(heading))?;
            field.map(|field| (field, value.clone().into_bytes())).ok_or_else(|| self.no_column(heading))
        };
        self.options.only.iter().map(find).collect()
    }

    /// Returns the columns that distinguish the charges of a price list, if the table is one as CMS prescribes it: a
    /// code next to its type, and a payer in rows or columns.
    ///
    /// Source: CMS hospital price transparency, CSV templates (Tall, Wide), versions 2 and 3.
    fn charge(&self) -> Option<Vec<FieldId>> {
        let plain = |column: &Column| roles::plain(&column.heading);
        let has = |name: &str| self.own().any(|(_, column)| plain(column) == name);
        if !(has("code1") && has("code1type")) {
            return None;
        }
        const OF_CHARGES: [&str; 8] = [
            "description",
            "modifiers",
            "setting",
            "drugunitofmeasurement",
            "drugtypeofmeasurement",
            "standardchargegross",
            "standardchargediscountedcash",
            "billingclass",
        ];
        let tells = |column: &Column| {
            let plain = plain(column);
            OF_CHARGES.contains(&plain.as_str()) || plain.starts_with("code")
        };
        Some(self.own().filter(|(_, column)| tells(column)).map(|(field, _)| field).collect())
    }

    /// Describes the roles of the columns, in short phrases.
    fn found(&self, table: &Table) -> Vec<String> {
        let codes: Vec<FieldId> = table.codes.iter().map(|column| column.field).collect();
        let (known, values) = codes.iter().fold((0, 0), |(known, values), field| {
            let column = &self.columns[*field];
            (known + column.known, values + column.values)
        });
        let seen = match codes.len() {
            0 => String::new(),
            _ => format!(" ({} of {} values are known codes)", grouped(known), grouped(values)),
        };
        let mut found = vec![format!("codes in {}{seen}", self.names(&codes))];
        let labels: Vec<FieldId> = table
            .labels
            .iter()
            .copied()
            .chain(table.codes.iter().filter_map(|column| column.label))
            .collect();
        let mut single = |word: &str, field: Option<FieldId>| {
            found.extend(field.map(|field| format!("{word} in {}", self.name(field))));
        };
        single("counts", table.count);
        single("owners", table.owner);
        single("amounts", table.amount.map(|amount| amount.field));
        if !labels.is_empty() {
            found.push(format!("code systems in {}", self.names(&labels)));
        }
        if !table.modifiers.is_empty() {
            found.push(format!("modifiers in {}", self.names(&table.modifiers)));
        }
        if let Some(account) = table.amount.and_then(|amount| amount.account) {
            found.push(format!("each amount counted once per value of {}", self.name(account)));
        } else if let (Some(amount), Some(account)) = (table.amount, self.first(Role::Account, |_, _| true)) {
            let name = self.name(account);
            found.push(format!(
                "amounts in {} counted in every row, not once per value of {name}",
                self.name(amount.field)
            ));
        }
        if !table.days.is_empty() {
            let fields: Vec<FieldId> = table.days.iter().map(|column| column.field).collect();
            found.push(format!("days in {}{}", self.names(&fields), self.day_form(&table.days)));
        }
        if table.charge.is_some() {
            found.push("a price list: each charge counted once, not once for each payer".to_owned());
        }
        found.extend(self.unused(table));
        found
    }

    fn day_form(&self, days: &[DayColumn]) -> &'static str {
        let is_any = |test: fn(&crate::tables::day::DayForms) -> bool| {
            days.iter().any(|column| test(&self.columns[column.field].days))
        };
        match days.iter().any(|column| column.form.day_first) {
            _ if is_any(crate::tables::day::DayForms::is_mixed) => {
                " (some with the month first, some with the day first)"
            }
            true => " (day before month)",
            false if is_any(crate::tables::day::DayForms::is_ambiguous) => " (read with the month first)",
            false => "",
        }
    }

    /// Returns the columns with numbers, amounts or days that have no role.
    fn unused(&self, table: &Table) -> Option<String> {
        let used = |field: FieldId| {
            table.codes.iter().any(|column| column.field == field || column.label == Some(field))
                || [table.count, table.owner].contains(&Some(field))
                || table.amount.is_some_and(|amount| amount.field == field || amount.account == Some(field))
                || table.days.iter().any(|column| column.field == field)
                || table.labels.contains(&field)
                || table.only.iter().any(|(only, _)| *only == field)
                || table.charge.as_ref().is_some_and(|charge| charge.contains(&field))
        };
        let is_number = |column: &Column| {
            let numbers = column.whole.max(column.amounts[0]).max(column.amounts[1]);
            share(numbers, column.filled) >= FITTING_SHARE && column.known == 0
                || matches!(column.role, Some((Role::Amount | Role::Count | Role::Day(_), _)))
        };
        let fields: Vec<FieldId> = self
            .own()
            .filter(|(field, column)| {
                let is_account = matches!(column.role, Some((Role::Account, _)));
                !used(*field)
                    && column.filled > 0
                    && is_number(column)
                    && !is_account
                    && table.charge.is_none()
            })
            .map(|(field, _)| field)
            .collect();
        let no_century = fields.iter().any(|field| self.columns[*field].days.no_century > 0);
        let why = if no_century { "; the century of two-digit years is unknown" } else { "" };
        (!fields.is_empty()).then(|| format!("not used: {} (numbers or days){why}", self.names(&fields)))
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Returns a heading without the number at its end; `None` without one.
fn stem(heading: &str) -> Option<&str> {
    let stem = heading.trim_end_matches(|char: char| char.is_ascii_digit());
    (stem.len() < heading.len()).then_some(stem)
}

/// Returns the display name of a set that headings and labels name.
pub(in crate::impact) fn set_title(name: SetName) -> &'static str {
    match name {
        "icd9" => "ICD-9-CM",
        "icd10" => "ICD-10",
        "snomed" => "SNOMED CT",
        "loinc" => "LOINC",
        "rxnorm" => "RxNorm",
        "ms-drg" => "DRG",
        "umls" => "UMLS",
        "revenue" => "revenue codes",
        "local" => "local codes",
        "apc" => "APC",
        "hipps" => "HIPPS",
        other => sets::by_id(other).map_or("another code system", |set| set.title),
    }
}
