//! Requests as the arguments and the environment configure them, and the progress shown while files are fetched.
//!
//! Without the feature `fetch` there is no network: a request is reported, and not made.

#[cfg(feature = "fetch")]
pub(super) use with::{Network, bar};

/// Returns the instructions to add a file by hand.
pub(super) fn by_hand(address: &str, release: &str, role: crate::sources::catalog::Role) -> String {
    let role = match role {
        crate::sources::catalog::Role::Codes => String::new(),
        role => format!(" --role {}", role.word()),
    };
    format!(
        "to add it by hand, download {address} on another machine, then run: codeset add FILE --as {release}{role}"
    )
}

#[cfg(feature = "fetch")]
mod with {
    use std::env;
    use std::io::{self, IsTerminal};
    use std::time::Duration;

    use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

    use crate::base::safe_lines;
    use crate::cli::args::NetworkArgs;
    use crate::cli::output::Ui;
    use crate::sources::fetch::{Client, Progress, Settings};

    /// A client with its progress display.
    pub(in crate::cli) struct Network {
        pub(in crate::cli) client: Client,
        pub(in crate::cli) mirror: Option<String>,
        bars: MultiProgress,
    }

    impl Network {
        pub(in crate::cli) fn new(args: &NetworkArgs, ui: &Ui) -> Self {
            let mirror = args.mirror.clone().or_else(|| env::var("CODESET_MIRROR").ok());
            let mirror = mirror.filter(|mirror| !mirror.is_empty());
            let settings = Settings {
                allow_http: args.allow_http,
                mirror: mirror.clone(),
                patience: args.timeout,
                retries: args.retries,
                backoff: args.backoff,
            };
            let client = Client::new(settings);
            let shown = io::stderr().is_terminal() && !ui.is_quiet();
            let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
            Self { client, mirror, bars: MultiProgress::with_draw_target(target) }
        }
    }

    /// Creates the progress bar of one file.
    pub(in crate::cli) fn bar<'a>(network: &'a Network, ui: &'a Ui, name: &str) -> Bar<'a> {
        let style = ProgressStyle::with_template("{bar:24} {bytes:>10} of {total_bytes:10} {msg}");
        let bar = network.bars.add(ProgressBar::no_length());
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(safe_lines(name));
        Bar { bars: &network.bars, bar, ui, name: name.to_owned() }
    }

    /// Shows the progress of a file.
    pub(in crate::cli) struct Bar<'a> {
        bars: &'a MultiProgress,
        bar: ProgressBar,
        ui: &'a Ui,
        name: String,
    }

    impl Progress for Bar<'_> {
        fn at(&self, bytes: u64, of: Option<u64>) {
            if let Some(of) = of {
                self.bar.set_length(of);
            }
            self.bar.set_position(bytes);
        }

        fn again(&self, fact: &str, wait: Duration) {
            let text = format!("{}: {fact}; retrying in {} s", self.name, wait.as_secs_f32());
            self.bars.suspend(|| self.ui.note(&text));
        }

        fn waiting(&self) {
            let text = format!("{}: another codeset process is fetching it; waiting", self.name);
            self.bars.suspend(|| self.ui.note(&text));
        }
    }

    impl Drop for Bar<'_> {
        fn drop(&mut self) {
            self.bar.finish_and_clear();
        }
    }
}
