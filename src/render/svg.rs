//! Trees as drawings: positions of nodes, and their texts in lines. SVG breaks no lines of its own.

use serde::Serialize;

use super::page::word;
use crate::view::{Mark, Node, Tone, Tree};

/// Width of a drawing, in pixels: two fit next to each other on a page, one on a telephone.
const WIDTH: usize = 470;

/// Height of a line of text.
const LINE: usize = 17;

/// Space between two nodes.
const GAP: usize = 5;

/// Width of the signs on the left.
const SIGNS: usize = 16;

/// How far a node is set in below another one.
const STEP: usize = 16;

/// Width of a letter of a code, which is bold, and of an average letter of a description: 13-pixel text.
const CODE_LETTER: usize = 9;
const LETTER: usize = 7;

/// Minimum number of letters in a line.
const SHORTEST: usize = 16;

/// A tree with the positions of its nodes.
#[derive(Serialize)]
pub(super) struct TreeDrawing<'v> {
    title: &'v str,
    width: usize,
    height: usize,
    nodes: Vec<NodeDrawing<'v>>,
    /// The nodes in words.
    lines: Vec<String>,
}

#[derive(Serialize)]
struct NodeDrawing<'v> {
    x: usize,
    y: usize,
    text_x: usize,
    code: &'v str,
    sign: &'static str,
    tone: &'static str,
    lines: Vec<TextLine>,
    /// The path from the node above; empty at the top.
    branch: String,
}

#[derive(Serialize)]
struct TextLine {
    y: usize,
    text: String,
}

impl<'v> TreeDrawing<'v> {
    /// Places the nodes of a tree.
    pub(super) fn of(tree: &'v Tree) -> Self {
        let mut top = LINE + GAP + GAP;
        let mut nodes: Vec<NodeDrawing<'v>> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            let drawing = NodeDrawing::of(node, top);
            let branch = tree.nodes[..at].iter().rposition(|above| above.depth < node.depth).map(|above| {
                let x = nodes[above].x + 4;
                format!("M{x} {}V{}H{}", nodes[above].y + 5, drawing.y - 4, drawing.x - 2)
            });
            top += drawing.lines.len().max(1) * LINE + GAP;
            nodes.push(NodeDrawing { branch: branch.unwrap_or_default(), ..drawing });
        }
        let lines = tree.nodes.iter().map(Node::to_line).collect();
        Self { title: &tree.title, width: WIDTH, height: top + GAP, nodes, lines }
    }
}

impl<'v> NodeDrawing<'v> {
    fn of(node: &'v Node, top: usize) -> Self {
        let x = SIGNS + node.depth * STEP;
        let code = if node.code.is_empty() { 0 } else { node.code.len() * CODE_LETTER + 6 };
        let text_x = x + code;
        let y = top + 13;
        let mark = match node.mark {
            Mark::Changed(word) => format!(" ({word})"),
            _ => String::new(),
        };
        let letters = (WIDTH.saturating_sub(text_x) / LETTER).max(SHORTEST);
        let lines = broken(&format!("{}{mark}", node.text), letters);
        let line = |(at, text)| TextLine { y: y + at * LINE, text };
        Self {
            x,
            y,
            text_x,
            code: &node.code,
            sign: node.mark.sign(),
            tone: word(match node.mark {
                Mark::Same => Tone::Plain,
                Mark::New => Tone::Good,
                Mark::Gone => Tone::Bad,
                Mark::Changed(_) => Tone::Info,
            }),
            lines: lines.into_iter().enumerate().map(line).collect(),
            branch: String::new(),
        }
    }
}

/// Breaks a text into lines of limited length; a longer word has a line of its own.
fn broken(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_between_words() {
        assert_eq!(broken("Primary progressive sclerosis", 20), ["Primary progressive", "sclerosis"]);
        assert_eq!(broken("", 20), [""]);
    }

    #[test]
    fn a_node_is_below_the_end_of_the_one_before() {
        let node = |depth, text: &str| Node {
            depth,
            code: "G35".to_owned(),
            text: text.to_owned(),
            mark: Mark::Same,
        };
        let tree =
            Tree { title: "Before".to_owned(), nodes: vec![node(0, &"word ".repeat(30)), node(1, "short")] };
        let drawing = TreeDrawing::of(&tree);
        let last = drawing.nodes[0].lines.last().map(|line| line.y).unwrap();
        assert!(drawing.nodes[1].y > last && drawing.height > drawing.nodes[1].y);
        assert!(drawing.nodes[0].branch.is_empty() && drawing.nodes[1].branch.starts_with('M'));
    }
}
