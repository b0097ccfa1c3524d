//! Spellings of codes, found without a copy: most words of a file are none.

use super::known::CodeId;

/// The longest code that is looked up, in bytes: an ICD-11 cluster is longer, and is not read.
pub(super) const LONGEST: usize = 16;

/// The bytes of a spelling in capital letters; nothing at all where there is none.
type Key = [u64; 2];

const NOTHING: Key = [0; 2];

/// Where spellings lead: a table of slots, at least half of them empty, that is gone through from where a key belongs.
pub(super) struct Spellings {
    slots: Vec<Slot>,
    /// Whether people write each code with a dot behind its third character.
    has_dots: bool,
}

#[derive(Clone, Copy)]
struct Slot {
    key: Key,
    leads: Option<CodeId>,
}

impl Spellings {
    /// Where codes lead, written as files hold them and as they are displayed. What is too long to be looked up is left out.
    pub(super) fn of<'c>(
        codes: impl ExactSizeIterator<Item = (&'c str, CodeId)> + Clone,
        display: fn(&str) -> String,
    ) -> Self {
        let is_dotted = |code: &str| match (code.split_at_checked(3), display(code)) {
            (Some((head, tail)), shown) if !tail.is_empty() => {
                shown.strip_prefix(head).and_then(|rest| rest.strip_prefix('.')) == Some(tail)
            }
            (_, shown) => shown == code,
        };
        let has_dots = codes.clone().all(|(code, _)| is_dotted(code));
        let many = codes.len() * if has_dots { 1 } else { 2 };
        let slots = vec![Slot { key: NOTHING, leads: None }; (many * 2).next_power_of_two()];
        let mut table = Self { slots, has_dots };
        for (code, id) in codes {
            table.add(code, id);
            if !has_dots {
                table.add(&display(code), id);
            }
        }
        table
    }

    fn add(&mut self, text: &str, id: CodeId) {
        let Some(key) = packed(text.as_bytes()) else { return };
        let at = self.place(key);
        self.slots[at] = Slot { key, leads: Some(id) };
    }

    /// Where a text leads, if it is a spelling in whatever letters.
    pub(super) fn find(&self, text: &[u8]) -> Option<CodeId> {
        let key = packed(text)?;
        let is_dotted = self.has_dots && text.get(3) == Some(&b'.') && text.len() > 4;
        let key = if is_dotted { without_fourth(key) } else { key };
        self.slots[self.place(key)].leads
    }

    /// The slot of a key, or the empty one it belongs in.
    fn place(&self, key: Key) -> usize {
        let last = self.slots.len() - 1;
        let mut at = folded(key) as usize & last;
        while self.slots[at].key != key && self.slots[at].key != NOTHING {
            at = (at + 1) & last;
        }
        at
    }
}

/// A key without its fourth character.
fn without_fourth([low, high]: Key) -> Key {
    const FIRST: u64 = 0xff_ffff;
    [low & FIRST | (low >> 8 | high << 56) & !FIRST, high >> 8]
}

/// The bytes of a short text, in capital letters; `None` of a longer one, or none.
fn packed(text: &[u8]) -> Option<Key> {
    let length = text.len();
    // Two reads that overlap, rather than a copy of a length that nobody knows before.
    let (low, high) = match length {
        0 => return None,
        1..4 => (text.iter().rev().fold(0, |key, byte| key << 8 | u64::from(*byte)), 0),
        4..8 => {
            let behind = u64::from(u32::from_le_bytes(*text.last_chunk()?)) >> (8 * (8 - length));
            (u64::from(u32::from_le_bytes(*text.first_chunk()?)) | behind << 32, 0)
        }
        8 => (u64::from_le_bytes(*text.first_chunk()?), 0),
        9..=LONGEST => {
            let behind = u64::from_le_bytes(*text.last_chunk()?) >> (8 * (16 - length));
            (u64::from_le_bytes(*text.first_chunk()?), behind)
        }
        _ => return None,
    };
    Some([capital(low), capital(high)])
}

/// Eight letters at once in capitals; what is none stays.
fn capital(letters: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = letters & (0x7f * ONES);
    let from_a = low + (0x80 - u64::from(b'a')) * ONES;
    let behind_z = low + (0x7f - u64::from(b'z')) * ONES;
    let is_small = (from_a ^ behind_z) & !letters & (0x80 * ONES);
    letters ^ is_small >> 2
}

fn folded([low, high]: Key) -> u64 {
    let key = (low ^ high.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key ^ key >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_its_bytes_in_capitals() {
        let text = b"aZ0z.\xe4@[`{-e87x,7.Zz9";
        for from in 0..text.len() {
            for to in from..=text.len() {
                let mut bytes = [0; LONGEST];
                let is_short = (1..=LONGEST).contains(&(to - from));
                if is_short {
                    bytes[..to - from].copy_from_slice(&text[from..to]);
                    bytes.make_ascii_uppercase();
                }
                let wanted = u128::from_le_bytes(bytes);
                let wanted = [wanted as u64, (wanted >> 64) as u64];
                assert_eq!(packed(&text[from..to]), is_short.then_some(wanted));
            }
        }
    }

    #[test]
    fn all_that_was_added_is_found_and_nothing_else() {
        let displays: [fn(&str) -> String; 2] = [
            |code| format!("{}.{}", &code[..3], &code[3..]),
            |code| format!("{}-{}", &code[..5], &code[5..]),
        ];
        for display in displays {
            let codes: Vec<String> = (0..6_000).map(|number| format!("A{:09}", number * 7)).collect();
            let known = codes.iter().map(String::as_str).zip((0..).map(CodeId::of));
            let spellings = Spellings::of(known.clone().take(3_000).collect::<Vec<_>>().into_iter(), display);
            for (at, (code, id)) in known.enumerate() {
                let found = (at < 3_000).then_some(id);
                assert_eq!(spellings.find(code.to_lowercase().as_bytes()), found);
                assert_eq!(spellings.find(display(code).as_bytes()), found);
            }
            let long = "A".repeat(LONGEST + 1);
            assert_eq!(
                [b"".as_slice(), long.as_bytes(), b"A00."].map(|text| spellings.find(text)),
                [None; 3]
            );
        }
    }
}
