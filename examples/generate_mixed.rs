//! Makes mixed texts to scan, about one in ten with codes: tables, JSON Lines, SQL, programs, logs, prose, YAML.
//!
//! `cargo run --release --example generate_mixed OLD NEW DIR [MEGABYTES]` writes `DIR/mixed`, and the codes that died between
//! OLD and NEW as `DIR/affected.txt`, with and without dots. The same releases make the same files.

#[path = "../benches/made_up/numbers.rs"]
mod numbers;

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use codeset::formats::{self, Options};
use codeset::model::Release;
use codeset::sources;

use numbers::Numbers;

/// A kind of file: its folder, its ending, its part of the whole in percent, what stands first, and a row of it.
struct Kind {
    name: &'static str,
    ending: &'static str,
    share: usize,
    head: &'static str,
    row: fn(&mut Draw, usize) -> String,
}

const WORDS: [&str; 26] = [
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be", "by", "on",
    "not", "he", "his", "but", "at", "are", "this", "have", "from", "had",
];

const KINDS: [Kind; 8] = [
    Kind {
        name: "claims",
        ending: "csv",
        share: 10,
        head: "claim_id,service_date,dx1,dx2,amount,provider\n",
        row: |draw, at| {
            let (month, day) = (draw.below(12) + 1, draw.below(28) + 1);
            let (one, other) = (draw.code(), draw.code());
            let (amount, cents, provider) = (draw.below(9_000), draw.below(100), draw.below(9_000) + 1_000);
            format!("{at},2025-{month:02}-{day:02},{one},{other},{amount}.{cents:02},P{provider}\n")
        },
    },
    Kind {
        name: "plain",
        ending: "csv",
        share: 15,
        head: "id,name,street,city,balance,note\n",
        row: |draw, at| {
            let (name, street, city, note) = (draw.words(2), draw.words(1), draw.words(1), draw.words(6));
            let (number, balance) = (draw.below(1_000), draw.below(100_000));
            format!("{at},{name},{number} {street} street,{city},{balance},{note}\n")
        },
    },
    Kind {
        name: "json_lines",
        ending: "jsonl",
        share: 20,
        head: "",
        row: |draw, at| {
            let (user, path, text) = (draw.words(1), draw.words(4).replace(' ', "/"), draw.words(10));
            let status = [200, 404, 500][draw.below(3)];
            format!(
                "{{\"id\": {at}, \"user\": \"{user}\", \"path\": \"/{path}\", \"status\": {status}, \"text\": \"{text}\"}}\n"
            )
        },
    },
    Kind {
        name: "sql",
        ending: "sql",
        share: 15,
        head: "",
        row: |draw, at| {
            let (item, note) = (draw.words(1), draw.words(8));
            format!("INSERT INTO orders (id, item, note) VALUES ({at}, '{item}', '{note}');\n")
        },
    },
    Kind {
        name: "program",
        ending: "py",
        share: 15,
        head: "def main():\n",
        row: |draw, at| {
            let (word, number, comment) = (draw.words(1), draw.below(1_000), draw.words(5));
            format!("    value_{at} = compute(\"{word}\", {number})  # {comment}\n")
        },
    },
    Kind {
        name: "log",
        ending: "log",
        share: 15,
        head: "",
        row: |draw, _| {
            let (day, hour, worker, took) =
                (draw.below(28) + 1, draw.below(24), draw.below(10), draw.below(1_000));
            let (id, text) = (draw.next(), draw.words(6));
            format!(
                "2026-11-{day:02}T{hour:02}:00:00Z INFO [worker-{worker}] request {id:016x} took {took} ms {text}\n"
            )
        },
    },
    Kind { name: "prose", ending: "md", share: 9, head: "", row: |draw, _| draw.words(14) + ".\n" },
    Kind {
        name: "listing",
        ending: "yaml",
        share: 1,
        head: "icd10:\n",
        row: |draw, _| {
            let (code, note) = (draw.code(), draw.words(5));
            let dotted = if code.len() > 3 { format!("{}.{}", &code[..3], &code[3..]) } else { code };
            format!("  - code: {dotted}\n    note: {note}\n")
        },
    },
];

/// How many bytes the files of one round have together.
const ROUND: usize = 20_000_000;

/// Draws numbers, words and codes.
struct Draw {
    numbers: Numbers,
    codes: Vec<String>,
}

impl Draw {
    fn next(&mut self) -> u64 {
        self.numbers.next()
    }

    fn below(&mut self, end: usize) -> usize {
        self.numbers.below(end)
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }

    fn code(&mut self) -> String {
        let at = self.below(self.codes.len());
        self.codes[at].clone()
    }
}

fn read(path: &str) -> Result<Release, Box<dyn Error>> {
    let opened = sources::open(Path::new(path), &formats::wanted)?;
    Ok(formats::read(opened.files, &Options::default())?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [old, new, folder, rest @ ..] = args.as_slice() else {
        return Err("generate_mixed OLD NEW DIR [MEGABYTES]".into());
    };
    let megabytes: usize = rest.first().map_or(Ok(1_000), |text| text.parse())?;
    let (old, new, folder) = (read(old)?, read(new)?, Path::new(folder));
    let billable = || old.entries().filter(|entry| entry.is_billable());
    let mut affected = String::new();
    for entry in billable().filter(|entry| new.find_billable(entry.code()).is_none()) {
        writeln!(affected, "{}\n{}", entry.code(), entry.display())?;
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("affected.txt"), affected)?;
    let codes = billable().step_by(7).map(|entry| entry.code().to_owned()).collect();
    let mut draw = Draw { numbers: Numbers(20_261_001), codes };
    let mut made = 0;
    for round in 0.. {
        for Kind { name, ending, share, head, row } in KINDS {
            let mut text = head.to_owned();
            let mut at = 0;
            while text.len() < ROUND * share / 100 {
                text += &row(&mut draw, at);
                at += 1;
            }
            let folder = folder.join("mixed").join(name);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("{round}.{ending}")), &text)?;
            made += text.len();
        }
        if made >= megabytes << 20 {
            break;
        }
    }
    eprintln!("{made} bytes");
    Ok(())
}
