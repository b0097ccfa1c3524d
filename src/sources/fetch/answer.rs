//! Server responses: whether the body is a file, its length, its start offset, and the time to retry.

use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, RETRY_AFTER};

/// Returns a header as text.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

/// Returns whether it is a web page, by its content type.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    let kind = text(headers, CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/xhtml")
}

/// Returns whether bytes are the beginning of a web page, whatever their content type.
pub(super) fn begins_as_page(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |mark: &[u8]| head.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    begins(b"<!doctype html") || begins(b"<html")
}

/// Returns the number of bytes in the body.
pub(super) fn length(headers: &HeaderMap) -> Option<u64> {
    text(headers, CONTENT_LENGTH)?.parse().ok()
}

/// Returns the start of a part, and the length of the whole file.
pub(super) fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let text = text(headers, CONTENT_RANGE)?;
    let (range, whole) = text.strip_prefix("bytes")?.trim().split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.trim().parse().ok()?, whole.trim().parse().ok()))
}

/// Returns the delay before a retry, given in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(&text).ok()?.timestamp();
    let seconds = at.as_second().saturating_sub(jiff::Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn with(name: reqwest::header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn pages_are_reported_by_type_and_by_beginning() {
        assert!(is_page(&with(CONTENT_TYPE, "Text/HTML; charset=utf-8")));
        assert!(!is_page(&with(CONTENT_TYPE, "application/zip")));
        assert!(begins_as_page(b"\xef\xbb\xbf\r\n <!DOCTYPE html><html>"));
        assert!(begins_as_page(b"<HTML>"));
        assert!(!begins_as_page(b"PK\x03\x04") && !begins_as_page(b"<?xml version"));
    }

    #[test]
    fn a_part_says_where_it_begins() {
        assert_eq!(range(&with(CONTENT_RANGE, "bytes 10-19/20")), Some((10, Some(20))));
        assert_eq!(range(&with(CONTENT_RANGE, "bytes 10-19/*")), Some((10, None)));
        assert_eq!(range(&with(CONTENT_RANGE, "bytes */20")), None);
    }

    #[test]
    fn a_server_says_when_to_come_back() {
        assert_eq!(retry_after(&with(RETRY_AFTER, "7")), Some(Duration::from_secs(7)));
        let past = with(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        assert_eq!(retry_after(&with(RETRY_AFTER, "soon")), None);
    }
}
