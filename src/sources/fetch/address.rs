//! Allowed addresses and redirects.

use reqwest::Url;

use super::{FetchError, Settings};

/// Returns an address for display and storage: without user name and password.
pub(crate) fn shown(address: &str) -> String {
    match Url::parse(address) {
        Ok(url) if url.cannot_be_a_base() => after_password(address),
        Ok(url) if url.username().is_empty() && url.password().is_none() => address.to_owned(),
        Ok(url) => shown_url(&url),
        Err(_) => after_password(address),
    }
}

/// Returns the text after an `@` in text that is not an address.
fn after_password(text: &str) -> String {
    text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned()
}

pub(super) fn shown_url(url: &Url) -> String {
    let mut url = url.clone();
    // Addresses that do not support credentials have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// Returns the address to request: that of the mirror, if one is set.
pub(super) fn resolve(url: &str, settings: &Settings) -> Result<Url, FetchError> {
    let refuse = |fact: &str| FetchError::Address { url: url.to_owned(), fact: fact.to_owned() };
    let mut resolved = Url::parse(url).map_err(|_| refuse("it is not an address"))?;
    if let Some(mirror) = &settings.mirror {
        let base = Url::parse(mirror).map_err(|_| FetchError::Address {
            url: shown(mirror),
            fact: "write a mirror as https://host or https://host/path".to_owned(),
        })?;
        let path = format!("{}{}", base.path().trim_end_matches('/'), resolved.path());
        let query = resolved.query().map(str::to_owned);
        resolved = base;
        resolved.set_path(&path);
        resolved.set_query(query.as_deref());
    }
    check(&resolved, settings)?;
    Ok(resolved)
}

fn check(url: &Url, settings: &Settings) -> Result<(), FetchError> {
    let fact = match url.scheme() {
        "https" => return Ok(()),
        "http" if settings.allow_http => return Ok(()),
        "http" => "HTTP does not protect files in transit; pass --allow-http to use it anyway".to_owned(),
        other => format!("the scheme {other} is not supported"),
    };
    Err(FetchError::Address { url: shown_url(url), fact })
}

/// Returns the target of a redirect. The scheme never changes, except from http to https.
pub(super) fn redirect(from: &Url, location: &str, settings: &Settings) -> Result<Url, FetchError> {
    let refuse = |fact: String| FetchError::Address { url: shown_url(from), fact };
    let to = from.join(location).map_err(|_| refuse("it redirects to an invalid address".to_owned()))?;
    if to.scheme() != from.scheme() && (from.scheme(), to.scheme()) != ("http", "https") {
        return Err(refuse(format!("it redirects from {} to {}", from.scheme(), to.scheme())));
    }
    check(&to, settings)?;
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://ftp.cdc.example/pub/a%20b/2026.zip?x=1";

    #[test]
    fn a_password_is_asked_with_and_never_shown() {
        let settings = Settings {
            mirror: Some("https://user:S3CRET@mirror.example/x".to_owned()),
            ..Settings::default()
        };
        let asked = resolve(ADDRESS, &settings).unwrap();
        assert_eq!((asked.username(), asked.password()), ("user", Some("S3CRET")));
        assert!(shown_url(&asked).starts_with("https://mirror.example/x/"));
        assert_eq!(shown("https://user:S3CRET@mirror.example"), "https://mirror.example/");
        assert_eq!(shown("user:S3CRET@mirror"), "mirror");
        let refused = redirect(&asked, "ftp://elsewhere.example", &settings).unwrap_err().to_string();
        assert!(!refused.contains("S3CRET"), "{refused}");
    }

    #[test]
    fn a_mirror_takes_the_place_of_scheme_and_host() {
        let resolved = |mirror: &str| {
            let settings = Settings { mirror: Some(mirror.to_owned()), ..Settings::default() };
            resolve(ADDRESS, &settings).map(|url| url.to_string()).ok()
        };
        let path = "pub/a%20b/2026.zip?x=1";
        assert_eq!(resolved("https://mirror.example"), Some(format!("https://mirror.example/{path}")));
        let below = Some(format!("https://mirror.example:8443/nchs/{path}"));
        assert_eq!(resolved("https://mirror.example:8443/nchs/"), below);
        assert_eq!(resolved("http://mirror.example"), None);
        assert_eq!(resolved("mirror"), None);
    }

    #[test]
    fn only_https_is_asked_unless_http_is_allowed() {
        let asked =
            |url: &str, allow_http| resolve(url, &Settings { allow_http, ..Settings::default() }).is_ok();
        assert!(asked(ADDRESS, false));
        assert!(asked("http://a/b.zip", true));
        for (url, allow_http) in
            [("http://a/b.zip", false), ("file:///etc/passwd", true), ("ftp://a/b", true)]
        {
            assert!(!asked(url, allow_http), "{url}");
        }
    }

    #[test]
    fn a_redirect_keeps_the_scheme_or_becomes_safer() {
        let settings = Settings { allow_http: true, ..Settings::default() };
        let leads = |from: &str, to: &str| redirect(&Url::parse(from).unwrap(), to, &settings).is_ok();
        assert!(leads("https://a/b", "/c") && leads("https://a/b", "https://other/c"));
        assert!(leads("http://a/b", "https://a/b"));
        assert!(!leads("https://a/b", "http://a/b"));
        assert!(!leads("http://a/b", "file:///etc/passwd"));
    }
}
