//! The inputs of the fuzz targets, and small changes of them: nothing panics, and what must hold for any input holds.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{iter, thread};

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the same file is the library of the fuzz crate")]
mod targets;

use targets::{COMMANDS, TARGETS, Target};

/// Changed copies of each input. All together they take a few seconds; libFuzzer makes many more.
const MUTATIONS: usize = 150;

/// Changed copies of each input of a target that runs the program, which says what is wrong with each.
const COMMAND_MUTATIONS: usize = 3;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The inputs of a target, sorted by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder("corpus").join(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}

#[test]
fn every_target_has_its_inputs_and_its_program() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets.len(), TARGETS.len(), "a name stands twice");
    assert_eq!(names_in(&folder("corpus")), targets);
    assert_eq!(names_in(&folder("fuzz_targets")), targets);
    for target in &targets {
        assert!(!corpus(target).is_empty(), "{target} has no inputs");
        let program = fs::read_to_string(folder("fuzz_targets").join(format!("{target}.rs"))).unwrap();
        assert!(program.contains("codeset_fuzz::"), "{target}");
        let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target} is not in fuzz/Cargo.toml");
    }
}

#[test]
fn no_input_and_no_small_change_of_one_makes_a_target_panic() {
    // One thread per core: tests with a time limit run at the same time.
    let targets = Mutex::new(TARGETS.iter());
    let rest = || iter::from_fn(|| targets.lock().unwrap().next());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..cores).map(|_| scope.spawn(|| rest().flat_map(failures).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failures((name, _): &Target) -> Vec<String> {
    let mut failures = Vec::new();
    for (path, bytes) in corpus(name) {
        let mut random = Random::new(&bytes);
        let number = if COMMANDS.contains(name) { COMMAND_MUTATIONS } else { MUTATIONS };
        let copies = (0..number).map(|_| mutated(&bytes, &mut random)).collect::<Vec<_>>();
        let inputs = [&bytes].into_iter().chain(&copies);
        let failure = inputs
            .enumerate()
            .find(|(_, input)| catch_unwind(AssertUnwindSafe(|| targets::run(name, input))).is_err());
        if let Some((at, input)) = failure {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-panics"));
            fs::write(&kept, input).unwrap();
            failures.push(format!(
                "{name} panics at change {at} of {path}; the input is kept as {}",
                kept.display()
            ));
        }
    }
    failures
}

/// Marsaglia's xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    /// Begins at what the bytes say, so that each input is changed in other ways.
    fn new(bytes: &[u8]) -> Self {
        // FNV-1a, never 0.
        Self(
            bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            }) | 1,
        )
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 11) as usize % end.max(1)
    }

    /// A piece of at most 40 bytes, anywhere.
    fn piece(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(40)).min(length)
    }
}

/// Bytes that mean something to one parser or another.
const TELLING: &[u8] = b"\0\t\n\r \"'&,-./0179;<=>@AFQXZ[|\x1b\x7f\x80\xc3\xe9\xff";

/// A copy with one to four changes.
fn mutated(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        let piece = random.piece(bytes.len());
        match random.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = TELLING[random.below(TELLING.len())],
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(piece)),
            4 => {
                let copy = bytes[piece].to_vec();
                bytes.splice(at..at, copy);
            }
            5 => bytes.insert(at, TELLING[random.below(TELLING.len())]),
            _ => {
                let long = vec![TELLING[random.below(TELLING.len())]; random.below(300)];
                bytes.splice(at..at, long);
            }
        }
    }
    bytes
}
