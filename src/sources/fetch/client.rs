//! Requests: the only file that makes them.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::blocking::{self, Response};
use reqwest::header::{HeaderMap, HeaderName, LOCATION};
use reqwest::{Method, Url, redirect};

use super::{FetchError, MAX_REDIRECTS, Settings, address, answer};

/// What makes requests.
#[derive(Debug)]
pub struct Client {
    /// Made for the first request: the system's certificates take longer to read than all that is here already.
    inner: OnceLock<Result<blocking::Client, String>>,
    pub(super) settings: Settings,
}

/// Whether a file is at its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is, with so many bytes as its server says.
    There(Option<u64>),
    /// It is not.
    Absent,
}

/// Why a request came to nothing.
pub(super) enum Failure {
    /// It may go better next time, after some time if the server says so.
    Passing(String, Option<Duration>),
    /// It will not.
    Lasting(FetchError),
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Lasting(error)
    }
}

impl Client {
    /// What makes requests, once there is one to make. Proxies are those of the environment.
    pub fn new(settings: Settings) -> Self {
        Self { inner: OnceLock::new(), settings }
    }

    fn inner(&self) -> Result<&blocking::Client, FetchError> {
        let made = self.inner.get_or_init(|| make(&self.settings));
        made.as_ref().map_err(|fact| FetchError::Client(fact.clone()))
    }

    /// Asks whether a file is at one of its addresses, without fetching it.
    ///
    /// # Errors
    ///
    /// If nobody answers, or an address is not one to ask.
    pub fn standing(&self, urls: &[String]) -> Result<Standing, FetchError> {
        for url in urls {
            let asked = self.asked(url)?;
            let unreachable = |fact| FetchError::Unreachable { url: asked, attempts: 1, fact };
            let response = match self.send(Method::HEAD, url, &[]) {
                Ok(response) => response,
                Err(Failure::Passing(fact, _)) => return Err(unreachable(fact)),
                Err(Failure::Lasting(error)) => return Err(error),
            };
            if response.status().is_success() && !answer::is_page(response.headers()) {
                return Ok(Standing::There(answer::length(response.headers())));
            }
        }
        Ok(Standing::Absent)
    }

    /// The address that is asked for another: the mirror's, where there is one.
    pub(super) fn asked(&self, url: &str) -> Result<String, FetchError> {
        address::resolve(url, &self.settings).map(|url| address::shown_url(&url))
    }

    /// Makes one request, and follows its redirects.
    pub(super) fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(HeaderName, &str)],
    ) -> Result<Response, Failure> {
        let mut at = address::resolve(url, &self.settings)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_once(method.clone(), &at, headers)?;
            if !response.status().is_redirection() || response.status() == 304 {
                return Ok(response);
            }
            let Some(location) = text(response.headers(), LOCATION) else { return Ok(response) };
            at = address::redirect(&at, &location, &self.settings)?;
        }
        let fact = format!("it redirects more than {MAX_REDIRECTS} times");
        Err(FetchError::Address { url: url.to_owned(), fact }.into())
    }

    fn send_once(
        &self,
        method: Method,
        url: &Url,
        headers: &[(HeaderName, &str)],
    ) -> Result<Response, Failure> {
        let mut request = self.inner()?.request(method, url.clone());
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.send().map_err(|error| Failure::Passing(chain(&error.without_url()), None))
    }
}

fn make(settings: &Settings) -> Result<blocking::Client, String> {
    // Another part of the process may have chosen one: then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = blocking::Client::builder()
        .user_agent(concat!("codeset/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(settings.patience)
        .timeout(settings.patience);
    client.build().map_err(|error| chain(&error))
}

/// A header as text.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.trim().to_owned())
}

/// An error with all its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        source = error.source();
    }
    text
}
