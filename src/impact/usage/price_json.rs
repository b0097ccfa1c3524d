//! Price files of hospitals in JSON: read charge by charge, however long the file is.
//!
//! Source: CMS hospital price transparency, JSON schema, versions 2 and 3: `standard_charge_information` is a list of items with
//! `code_information` (`code` and `type`); prices of payers are below them and are not read. An item counts once.

use std::io::{BufRead, Read};

use serde::Deserialize;

use super::input::Input;
use super::ledger::{Ledger, Line};
use super::{Fault, Layout, UsageOptions};
use crate::base::grouped;
use crate::fields::systems;
use crate::model::ProblemCode;

/// The key of the list of items.
const ITEMS: &[u8] = b"\"standard_charge_information\"";

/// The longest item in bytes: one with thousands of payers takes a few megabytes.
const LONGEST: usize = 64 << 20;

/// Price files in JSON.
pub(super) struct PriceJson;

/// An item: only the parts that are read.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    code_information: Vec<Code>,
}

/// A code and the system it is of.
#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    #[serde(default, rename = "type")]
    system: String,
}

impl Layout for PriceJson {
    fn id(&self) -> &'static str {
        "price_json"
    }

    fn recognizes(&self, head: &[u8], _: &UsageOptions) -> bool {
        let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
        head.trim_ascii_start().starts_with(b"{")
            && (has(ITEMS) || has(b"\"hospital_name\"") && has(b"\"version\""))
    }

    fn read(&self, input: Input<'_>, _: &UsageOptions, ledger: &mut Ledger<'_>) -> Result<(), Fault> {
        let mut reader = input.bytes();
        if !skip_to_items(&mut reader)? {
            return Err(Fault::NoCharges);
        }
        let (mut items, mut bad) = (0_u64, 0_u64);
        let mut item = Vec::new();
        loop {
            match next_item(&mut reader, &mut item)? {
                Next::Item => {
                    items += 1;
                    match serde_json::from_slice::<Item>(&item) {
                        Ok(found) => count(&found, ledger),
                        Err(_) => bad += 1,
                    }
                }
                Next::TooLong => bad += 1,
                Next::End => break,
                Next::Torn => {
                    ledger.problem(
                        ProblemCode::BadUsage,
                        None,
                        "the file ends in the middle of its list of charges",
                    );
                    break;
                }
            }
        }
        ledger.left_out(bad, "charge cannot be read", "charges cannot be read");
        let (items, codes) = (grouped(items), grouped(ledger.codes()));
        let title = ledger.vocabulary.set().title;
        let fact = format!(
            "read as a price file (JSON): {items} charges, {codes} {title} codes; each charge counted once"
        );
        ledger.note(ProblemCode::UsageRead, fact);
        Ok(())
    }
}

fn count(item: &Item, ledger: &mut Ledger<'_>) {
    ledger.begin(Line::one());
    let set = ledger.vocabulary.set();
    for code in &item.code_information {
        match systems::exact(&code.system) {
            Some(system) if !systems::is_of(system, set) => ledger.of_other(system, code.code.as_bytes()),
            _ => ledger.cell(code.code.as_bytes(), None),
        }
    }
}

/// Reads up to the list of items. Returns whether there is one.
fn skip_to_items(reader: &mut impl BufRead) -> Result<bool, Fault> {
    let mut window: Vec<u8> = Vec::new();
    for byte in reader.by_ref().bytes() {
        let byte = byte?;
        // After the key: the bracket of the list.
        if window == ITEMS {
            match byte {
                b'[' => return Ok(true),
                b':' | b' ' | b'\t' | b'\r' | b'\n' => continue,
                _ => window.clear(),
            }
        }
        if byte == b'"' && window.first() != Some(&b'"') {
            window.clear();
        }
        window.push(byte);
        if !ITEMS.starts_with(&window) {
            window.clear();
            if byte == b'"' {
                window.push(byte);
            }
        }
    }
    Ok(false)
}

/// The next element of the list.
#[derive(PartialEq, Eq)]
enum Next {
    Item,
    TooLong,
    End,
    Torn,
}

/// Reads the next object of the list.
fn next_item(reader: &mut impl BufRead, item: &mut Vec<u8>) -> Result<Next, Fault> {
    item.clear();
    let (mut depth, mut in_string, mut is_escaped, mut is_long) = (0_u32, false, false, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Next::Torn);
        }
        let mut used = 0;
        let mut ended = None;
        for &byte in buffer {
            used += 1;
            if in_string {
                match byte {
                    _ if is_escaped => is_escaped = false,
                    b'\\' => is_escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b']' if depth == 0 => ended = Some(Next::End),
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            ended = Some(Next::Item);
                        }
                    }
                    _ => {}
                }
            }
            if depth > 0 || ended == Some(Next::Item) {
                is_long |= item.len() >= LONGEST;
                if !is_long {
                    item.push(byte);
                }
            }
            if ended.is_some() {
                break;
            }
        }
        reader.consume(used);
        match ended {
            Some(Next::Item) if is_long => return Ok(Next::TooLong),
            Some(ended) => return Ok(ended),
            None => {}
        }
    }
}
