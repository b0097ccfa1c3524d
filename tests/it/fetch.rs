//! Fetching, from a server on this machine that does whatever servers do.
#![cfg(feature = "fetch")]

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use crate::common::desk::Desk;
use crate::common::official;
use crate::common::server::{Answer, Server, Then, nobody};

const NAME: &str = "icd10cm@2031";

/// A file that is larger than what is read at once.
fn file() -> Vec<u8> {
    (0..300_000_u32).map(|at| (at * 7 % 251) as u8).collect()
}

#[test]
fn a_file_is_fetched_once_and_checked() {
    let server = Server::start(|_| Answer::file(file()));
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a%20b.zip"), &file());
    let ran = desk.fetch(&[NAME]).done();
    assert!(
        ran.out.starts_with("icd10cm@2031\tcodes\t") && ran.out.ends_with("\t300000\tfetched\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.is_empty(), "{}", ran.err);
    assert!(desk.holds(&file()));
    let manifest = std::fs::read_to_string(desk.store().join("releases/icd10cm@2031.json")).unwrap();
    assert!(manifest.contains("\"a b.zip\"") && manifest.contains("\"verified\": true"), "{manifest}");
    assert!(desk.fetch(&[NAME]).done().out.ends_with("\there\n"));
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/a%20b.zip");
    assert!(asked[0].header("user-agent").unwrap().starts_with("codeset/"));
    assert_eq!((asked[0].header("cookie"), asked[0].header("referer")), (None, None));
}

#[test]
fn a_cut_download_goes_on_where_it_stopped() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::file(file()).cut(100_000).with("ETag", "\"one\""),
        _ => Answer::part(&file(), asked),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let ran = desk.fetch(&[NAME]).done();
    assert!(ran.err.contains("the connection was lost after 100000 bytes"), "{}", ran.err);
    let again = &server.asked()[1];
    assert_eq!(again.header("range"), Some("bytes=100000-"));
    assert_eq!(again.header("if-range"), Some("\"one\""));
    assert!(desk.holds(&file()));
    assert_eq!(desk.partial(), 0);
}

#[test]
fn a_version_that_changed_meanwhile_is_fetched_from_its_beginning() {
    let other: Vec<u8> = file().iter().map(|byte| byte ^ 1).collect();
    let whole = other.clone();
    let server = Server::start(move |asked| match asked.before {
        0 => Answer::file(file()).cut(100_000).with("ETag", "\"one\""),
        _ => Answer::file(whole.clone()).with("ETag", "\"two\""),
    });
    let desk = Desk::new();
    desk.catalog(NAME, &server.url("/a.zip"), "");
    desk.fetch(&[NAME]).done();
    assert!(desk.holds(&other));
}

#[test]
fn a_continuation_of_other_bytes_is_no_file() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::file(vec![0; 300_000]).cut(100_000),
        _ => Answer::part(&file(), asked),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    desk.fetch(&[NAME]).done();
    assert_eq!(server.asked().len(), 3);
    assert!(desk.holds(&file()));
}

#[test]
fn what_is_made_anew_every_day_is_kept_by_its_day_and_asked_for_only_if_it_changed() {
    let server = Server::start(|asked| match (asked.before, asked.header("if-none-match")) {
        (1, Some("\"one\"")) => Answer::status(304),
        (0 | 1, _) => {
            Answer::file("one").with("ETag", "\"one\"").with("Last-Modified", "Fri, 20 Nov 2026 08:00:00 GMT")
        }
        _ => Answer::file("two").with("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT"),
    });
    let desk = Desk::new();
    desk.catalog("ndc", &server.url("/ndc.zip"), "rolling = true");
    let ran = desk.fetch(&["ndc"]).done();
    assert!(ran.out.starts_with("ndc@2026-11-20\t") && ran.out.ends_with("fetched\n"), "{}", ran.out);
    assert!(ran.err.contains("its checksum is unknown"), "{}", ran.err);
    let ran = desk.fetch(&["ndc"]).done();
    assert!(ran.out.starts_with("ndc@2026-11-20\t") && ran.out.ends_with("unchanged\n"), "{}", ran.out);
    assert!(desk.fetch(&["ndc"]).done().out.starts_with("ndc@2026-11-23\t"));
    assert!(desk.holds(b"one") && desk.holds(b"two"));
    desk.fetch(&["ndc@2026-11-21"])
        .refused(&["the address of `ndc@2026-11-21` is unknown", "codeset fetch ndc"]);
}

#[test]
fn redirects_are_followed_within_a_limit() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/5" => Answer::file(file()),
        path => {
            let at: u32 = path[1..].parse().unwrap();
            Answer::redirect(if at.is_multiple_of(2) { 301 } else { 302 }, &format!("/{}", at + 1))
        }
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/0"), &file());
    desk.fetch(&[NAME]).done();
    assert_eq!(server.asked().len(), 6);
    let desk = Desk::new();
    let round = Server::start(|_| Answer::redirect(302, "/round"));
    desk.pinned(NAME, &round.url("/round"), &file());
    desk.fetch(&[NAME]).refused(&["redirects more than 5 times"]);
    assert!(round.asked().len() == 6 && desk.is_unchanged());
}

#[test]
fn a_redirect_to_another_scheme_is_refused() {
    for to in ["file:///etc/hostname", "ftp://127.0.0.1/a.zip", "data:text/plain,a"] {
        let server = Server::start(move |_| Answer::redirect(302, to));
        let desk = Desk::new();
        desk.pinned(NAME, &server.url("/a.zip"), &file());
        desk.fetch(&[NAME]).refused(&["it redirects from http to"]);
        assert!(desk.is_unchanged());
    }
}

#[test]
fn a_page_instead_of_the_file_is_refused() {
    let desk = Desk::new();
    let server = Server::start(|asked| match asked.path.as_str() {
        "/absent" => Answer::page(404),
        "/page" => Answer::page(200),
        // A page that says it is an archive.
        _ => Answer::file("\r\n<html>Please log in.</html>").with("Content-Type", "application/zip"),
    });
    for (path, words) in [("/absent", "returned 404"), ("/page", "a web page"), ("/login", "a web page")] {
        desk.catalog(NAME, &server.url(path), "");
        desk.fetch(&[NAME]).refused(&[words, "codeset add FILE --as icd10cm@2031"]);
        assert!(desk.is_unchanged() && desk.partial() == 0, "{path}");
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::page(429).with("Retry-After", "0"),
        1 => Answer::status(500),
        _ => Answer::file(file()),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let ran = desk.fetch(&[NAME]).done();
    assert!(ran.err.contains("429") && ran.err.contains("500"), "{}", ran.err);
    let server = Server::start(|_| Answer::status(503).with("Retry-After", "86400"));
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    desk.fetch(&[NAME]).refused(&["503", "the server asks to wait 86400 s"]);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_server_that_stays_broken_is_given_up() {
    let server = Server::start(|_| Answer::status(500));
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    desk.fetch(&[NAME]).refused(&["in 3 attempts", "500"]);
    assert!(server.asked().len() == 3 && desk.is_unchanged());
}

#[test]
fn a_file_of_another_size_or_checksum_is_refused() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/longer" => Answer::file([file(), file()].concat()),
        "/shorter" => Answer::file(&file()[1..]),
        _ => Answer::file(vec![0; 300_000]),
    });
    let desk = Desk::new();
    for (path, words) in
        [("/longer", "not 300000"), ("/shorter", "has 299999 bytes, not 300000"), ("/other", "SHA-256")]
    {
        desk.pinned(NAME, &server.url(path), &file());
        desk.fetch(&[NAME]).refused(&["was refused", words]);
        assert!(desk.is_unchanged() && desk.partial() == 0, "{path}");
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn an_answer_that_falls_silent_is_continued() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::file(file()).cut(200_000).then(Then::Silence),
        _ => Answer::part(&file(), asked),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let args = ["fetch", NAME, "--allow-http", "--backoff", "0.01", "--timeout", "0.3"];
    desk.run(&args).done();
    assert_eq!(server.asked()[1].start(), Some(200_000));
    assert!(desk.holds(&file()));
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Server::start(|_| Answer::file(file()).without_length().then(Then::Again));
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    desk.fetch(&[NAME]).refused(&["bytes or more, not 300000"]);
    assert!(desk.is_unchanged() && desk.partial() == 0);
}

#[test]
fn a_server_that_sends_a_byte_now_and_then_meets_a_deadline() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::file(file()).cut(1_000).then(Then::Drip),
        _ => Answer::part(&file(), asked).cut(10).then(Then::Drip),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let args = ["fetch", NAME, "--allow-http", "--backoff", "0.01", "--timeout", "0.02", "--retries", "1000"];
    desk.run(&args).refused(&["is not complete after 2.4 s, the limit for a file", "bytes arrived"]);
    assert!(desk.is_unchanged() && desk.partial() > 0, "what arrived is kept");
}

#[test]
fn only_https_is_asked_and_nothing_but_the_network() {
    let server = Server::start(|_| Answer::file(file()));
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    desk.run(&["fetch", NAME]).refused(&["--allow-http"]);
    assert!(server.asked().is_empty());
    for url in ["file:///etc/hostname", "ftp://127.0.0.1/a.zip", "a.zip"] {
        desk.pinned(NAME, url, &file());
        desk.fetch(&[NAME]).refused(&["is not fetched"]);
    }
    assert!(desk.is_unchanged());
}

#[test]
fn two_processes_fetch_one_file_once() {
    let (release, hold) = mpsc::channel::<()>();
    let hold = Mutex::new(hold);
    let server = Server::start(move |_| {
        let _ = hold.lock().unwrap().recv_timeout(Duration::from_secs(20));
        Answer::file(file())
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let mut first = desk.command(&Desk::fetching(&[NAME])).spawn().unwrap();
    while server.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut second = desk.command(&Desk::fetching(&[NAME])).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(second.stderr.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(said.contains("another codeset process is fetching it"), "{said}");
    release.send(()).unwrap();
    let mut out = String::new();
    second.stdout.as_mut().unwrap().read_to_string(&mut out).unwrap();
    assert!(first.wait().unwrap().success() && second.wait().unwrap().success());
    assert!(out.ends_with("here\n"), "{out}");
    assert_eq!(server.asked().len(), 1);
    assert!(desk.holds(&file()));
}

#[test]
fn a_killed_fetch_leaves_nothing_half_and_the_next_one_completes_it() {
    let server = Server::start(|asked| match asked.before {
        0 => Answer::file(file()).cut(200_000).then(Then::Silence),
        _ => Answer::part(&file(), asked),
    });
    let desk = Desk::new();
    desk.pinned(NAME, &server.url("/a.zip"), &file());
    let mut first = desk.command(&Desk::fetching(&[NAME])).spawn().unwrap();
    while desk.partial() < 200_000 {
        std::thread::sleep(Duration::from_millis(2));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(desk.is_unchanged());
    desk.run(&["diff", NAME, NAME]).refused(&["is not in the store", "codeset fetch icd10cm@2031"]);
    desk.fetch(&[NAME]).done();
    assert_eq!(server.asked()[1].start(), Some(200_000));
    assert!(desk.holds(&file()) && desk.partial() == 0);
}

#[test]
fn a_process_that_ended_just_before_the_rename_has_lost_nothing() {
    let server = Server::start(|_| Answer::status(500));
    let desk = Desk::new();
    let url = server.url("/a.zip");
    desk.pinned(NAME, &url, &file());
    let key = codeset::sources::checksum_of(url.as_bytes());
    desk.write(&format!("store/v1/partial/{key}.part"), file());
    desk.fetch(&[NAME]).done();
    assert!(server.asked().is_empty() && desk.holds(&file()));
}

#[test]
fn without_network_it_says_what_it_tried_and_how_to_bring_the_file() {
    let desk = Desk::new();
    let url = format!("{}/a.zip", nobody());
    desk.pinned(NAME, &url, &file());
    let ran = desk.fetch(&[NAME]);
    let by_hand = format!("download {url} on another machine, then run: codeset add FILE --as icd10cm@2031");
    ran.refused(&[&url, "in 3 attempts", &by_hand]);
    assert!(desk.is_unchanged());
    // Of a mirror it names the address that was asked, and by hand the publisher's.
    let mirror = nobody();
    let ran = desk.fetch(&["icd10cm@2024", "--mirror", &mirror]);
    ran.refused(&[&format!("`{mirror}/pub/"), "download https://ftp.cdc.gov/pub/"]);
}

#[test]
fn proxies_are_those_of_the_environment() {
    let proxy = Server::start(|_| Answer::file(file()));
    let desk = Desk::new();
    desk.pinned(NAME, "http://publisher.example/a.zip", &file());
    let mut command = desk.command(&Desk::fetching(&[NAME]));
    let output = command.env("http_proxy", proxy.url("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(proxy.asked()[0].path, "http://publisher.example/a.zip");
}

#[test]
fn a_release_that_came_stays_when_another_does_not() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/a" => Answer::file("a"),
        _ => Answer::page(404),
    });
    let desk = Desk::new();
    let release = |name: &str, url: &str| {
        format!(
            "[[release]]\nname = \"{name}\"\n[[release.file]]\nrole = \"codes\"\nurl = \"{}\"\n",
            server.url(url)
        )
    };
    desk.write("catalog.toml", release("cpt@2030", "/a") + &release("cpt@2031", "/b"));
    let ran = desk.fetch(&["cpt@2030", "cpt@2031"]).refused(&["cpt@2031", "404"]);
    assert!(ran.out.starts_with("cpt@2030\tcodes"));
    assert!(desk.store().join("releases/cpt@2030.json").is_file());
    assert!(!desk.store().join("releases/cpt@2031.json").exists());
}

fn archive(member: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"something").unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_edition_nobody_has_seen_is_looked_for_by_the_names_of_its_publisher() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/files/zip/january-2030-alpha-numeric-hcpcs-files.zip" => {
            Answer::file(archive("HCPC2030_JAN_ANWEB.txt"))
        }
        "/files/zip/april-2030-alpha-numeric-hcpcs-file.zip" => Answer::file(archive("readme.txt")),
        _ => Answer::page(404),
    });
    let desk = Desk::new();
    let mirror = server.url("");
    let ran = desk.fetch(&["hcpcs@2030-01", "--mirror", &mirror]).done();
    assert!(ran.err.contains("not in the catalog"), "{}", ran.err);
    let manifest = std::fs::read_to_string(desk.store().join("releases/hcpcs@2030-01.json")).unwrap();
    assert!(
        manifest.contains("\"verified\": false") && manifest.contains("https://www.cms.gov/"),
        "{manifest}"
    );
    desk.fetch(&["hcpcs@2030-04", "--mirror", &mirror]).refused(&["no member of the archive has `anweb`"]);
    desk.fetch(&["hcpcs@2030-07", "--mirror", &mirror]).refused(&["404", "july-2030"]);
    let listed = desk
        .run(&["list", "hcpcs", "--on", "2026-11-20", "--remote", "--allow-http", "--mirror", &mirror])
        .done();
    assert!(listed.out.contains("hcpcs@2027-01") && listed.out.contains("codes: absent"), "{}", listed.out);
}

#[test]
fn what_would_be_asked_is_stated_without_asking() {
    let desk = Desk::new();
    let ran = desk.run(&["fetch", "icd10cm@2026", "--all", "--dry-run"]).done();
    assert_eq!(ran.out.lines().count(), 5, "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.contains("\thttps://")), "{}", ran.out);
    assert!(!desk.path("store").exists());
}

#[test]
fn a_companion_nobody_has_seen_may_be_absent() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/a.txt" => Answer::file("a"),
        _ => Answer::page(404),
    });
    let desk = Desk::new();
    let companion = format!("[[release.file]]\nrole = \"addenda\"\nurl = \"{}\"", server.url("/b.txt"));
    desk.catalog(NAME, &server.url("/a.txt"), &companion);
    let ran = desk.fetch(&[NAME]).done();
    assert!(ran.err.contains("404") && ran.err.contains("stored without"), "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 1);
}

/// Official files, as they are called here and at their publisher.
const OFFICIAL: &[(&str, &str)] = &[
    ("fy2025/ICD10-CM Code Descriptions 2025.zip", "2025/ICD10-CM%20Code%20Descriptions%202025.zip"),
    ("fy2025/icd-10-cm-conversion-table-FY2025.xlsx", "2025/icd-10-cm-conversion-table-FY2025.xlsx"),
    ("fy2025/POAexemptCodesFY25.zip", "2025/POAexemptCodesFY25.zip"),
    ("fy2026/icd10cm-Code Descriptions-2026.zip", "2026/icd10cm-Code%20Descriptions-2026.zip"),
    ("fy2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "2026/ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx"),
    ("fy2026/POAexemptCodesFY26.zip", "2026/POAexemptCodesFY26.zip"),
];

#[test]
fn official_releases_come_through_a_mirror_and_give_the_published_numbers_by_name() {
    let Some(data) = official::data() else { return };
    let server = Server::start(move |asked| {
        let path = asked.path.strip_prefix("/mirror/pub/Health_Statistics/NCHS/Publications/ICD10CM/");
        let here = path.and_then(|path| OFFICIAL.iter().find(|(_, there)| *there == path));
        match here {
            Some((here, _)) => Answer::file(std::fs::read(data.join("icd10cm").join(here)).unwrap()),
            None => Answer::page(404),
        }
    });
    let desk = Desk::new();
    let ran = desk.fetch(&["icd10cm@2025", "icd10cm@2026", "--mirror", &server.url("/mirror")]).done();
    assert_eq!(ran.out.matches("\tfetched\n").count(), 6, "{}", ran.out);
    assert!(ran.err.is_empty(), "{}", ran.err);
    let ran = desk.run(&["diff", "icd10cm@2025", "icd10cm@2026", "--format", "json", "-q"]).done();
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let counts = |level: &str| {
        let counts = &report["summary"][level];
        ["added", "deleted", "removed", "demoted", "revised"].map(|kind| counts[kind].as_u64().unwrap())
    };
    assert_eq!(counts("codes"), [487, 28, 12, 16, 38]);
    assert_eq!(counts("headers"), [143, 0, 0, 0, 7]);
    assert_eq!(report["verification"]["agrees"], true);
    assert_eq!(report["new"]["effective"], "2025-10-01");
    let ran = desk.run(&["crosswalk", "icd10cm@2025", "icd10cm@2026", "B88.0", "-q"]).done();
    assert!(ran.out.lines().any(|line| line.starts_with("  official ")), "{}", ran.out);
    desk.write("usage.csv", "code,count\nG35,76\nE11.9,340\n");
    let poa = ["--attribute", "POA", "icd10cm@2025", "icd10cm@2026"];
    let impact =
        [&["impact", "icd10cm@2025", "icd10cm@2026", "--usage", "usage.csv", "-q"], &poa[..]].concat();
    assert!(desk.run(&impact).done().out.contains("POA"));
    // From here on nobody is asked.
    assert_eq!(server.asked().len(), 6);
    let again = desk.fetch(&["icd10cm@2025", "icd10cm@2026", "--mirror", &nobody()]).done();
    assert_eq!(again.out.matches("\there\n").count(), 6);
    desk.run(&["store", "verify"]).done();
}
