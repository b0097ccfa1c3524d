//! HTTP requests: the only file that sends them.
//!
//! Invariant: redirects are followed by our own rule only (`address`). Only `fetch` and `list --remote` send requests.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::blocking::{self, Response};
use reqwest::header::{HeaderName, LOCATION};
use reqwest::{Method, Url, redirect};

use super::{FetchError, MAX_REDIRECTS, Settings, address, answer};
use crate::base::with_causes;

/// An HTTP client.
#[derive(Debug)]
pub(crate) struct Client {
    /// Created for the first request: loading the system's certificates takes longer than reading the stored files.
    inner: OnceLock<Result<blocking::Client, reqwest::Error>>,
    pub(super) settings: Settings,
}

/// Whether a file is available at its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Available, with the size in bytes that its server reports.
    There(Option<u64>),
    /// Not available.
    Absent,
}

/// The reason a request failed.
pub(super) enum Failure {
    /// A transient error; the delay is the one that the server requests.
    Passing(String, Option<Duration>),
    /// A permanent error.
    Lasting(FetchError),
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Lasting(error)
    }
}

impl Client {
    /// Makes a client without connecting. Proxies are taken from the environment.
    pub(crate) fn new(settings: Settings) -> Self {
        Self { inner: OnceLock::new(), settings }
    }

    fn inner(&self) -> Result<&blocking::Client, FetchError> {
        let made = self.inner.get_or_init(|| make(&self.settings));
        made.as_ref().map_err(|error| FetchError::Client(with_causes(error)))
    }

    /// Checks whether a file is at one of its addresses, without fetching it.
    ///
    /// # Errors
    ///
    /// If no server responds, or an address is not allowed.
    pub(crate) fn standing(&self, urls: &[String]) -> Result<Standing, FetchError> {
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

    /// Returns the address that is requested for another: that of the mirror, if one is set.
    pub(super) fn asked(&self, url: &str) -> Result<String, FetchError> {
        address::resolve(url, &self.settings).map(|url| address::shown_url(&url))
    }

    /// Sends one request, and follows its redirects.
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
            let Some(location) = answer::text(response.headers(), LOCATION) else { return Ok(response) };
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
        request.send().map_err(|error| Failure::Passing(with_causes(&error.without_url()), None))
    }
}

fn make(settings: &Settings) -> Result<blocking::Client, reqwest::Error> {
    // Another part of the process may have installed a provider; then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = blocking::Client::builder()
        .user_agent(concat!("codeset/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(settings.patience)
        .timeout(settings.patience);
    client.build()
}
