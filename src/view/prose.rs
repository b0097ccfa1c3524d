//! Prose: statements with their footnotes, and trees.

/// A statement, with the numbers of the footnotes that name its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Statement {
    /// What kind of statement it is: `To do`; empty for a plain one.
    pub(crate) label: &'static str,
    /// True if it is not a fact, so that no form shows it as one.
    pub(crate) is_tentative: bool,
    /// The statement in a sentence.
    pub(crate) headline: String,
    /// What else there is to it.
    pub(crate) text: String,
    /// The numbers of its footnotes.
    pub(crate) footnotes: Vec<usize>,
}

/// The footnotes of a report, each once, numbered from 1 in the order in which they are first used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Footnotes(Vec<String>);

impl Footnotes {
    /// Returns the number of a footnote, which is added if it is new.
    pub(crate) fn number(&mut self, text: String) -> usize {
        let at = self.0.iter().position(|held| *held == text);
        at.unwrap_or_else(|| {
            self.0.push(text);
            self.0.len() - 1
        }) + 1
    }

    /// Returns all of them, in the order of their numbers.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.0
    }
}

/// Trees that are compared with each other, such as a category before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trees {
    /// What they show.
    pub(crate) caption: String,
    /// The trees, each with its title.
    pub(crate) trees: Vec<Tree>,
}

/// A tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    /// Its title.
    pub(crate) title: String,
    /// Its nodes, each after the one that it is below.
    pub(crate) nodes: Vec<Node>,
}

/// A node of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// How many nodes it is below.
    pub(crate) depth: usize,
    /// The code; empty for a node that only counts others.
    pub(crate) code: String,
    /// The description.
    pub(crate) text: String,
    /// How it differs from the other tree.
    pub(crate) mark: Mark,
}

/// How a node differs from the tree that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It is the same.
    Same,
    /// It is only in the later tree.
    New,
    /// It is only in the earlier tree, or not valid in the later one.
    Gone,
    /// It is in both, and something about it changed.
    Changed(&'static str),
}

impl Mark {
    /// Returns the sign of the mark.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "+",
            Self::Gone => "\u{2212}",
            Self::Changed(_) => "~",
        }
    }

    /// Returns the mark in a word or two; empty for a node that is the same.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "new",
            Self::Gone => "no longer billable",
            Self::Changed(word) => word,
        }
    }
}

impl Node {
    /// Returns the node in a line: sign, code, description and mark.
    pub(crate) fn to_line(&self) -> String {
        let mark = match self.mark.word() {
            "" => String::new(),
            word => format!("({word})"),
        };
        let parts = [self.mark.sign(), &self.code, &self.text, &mark];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
