//! Text that a page shows piece by piece, put back into lines: a piece at another height begins a new line, and a gap between
//! two pieces is a blank.

/// Minimum distance of lines, as a share of the height of letters.
const LINE: f64 = 0.5;

/// Minimum width of a gap that is a blank, as a share of the height of letters. Blanks are about a quarter wide, and letters
/// are moved by a tenth at most.
const BLANK: f64 = 0.15;

/// Maximum distance of an underline below the baseline, as a share of the height of letters.
const UNDERLINE: f64 = 0.3;

/// A transformation matrix of a page description: `[a b c d e f]`, ISO 32000-1, 8.3.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Returns the transformation that applies `self` first and then `other`.
    pub(super) fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [oa, ob, oc, od, oe, of]) = (self.0, other.0);
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    /// Returns where a point is on the page.
    pub(super) fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    pub(super) fn moved(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

/// The position and appearance of letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// The transformation from text space to the page.
    pub(super) matrix: Matrix,
    /// The height of letters, in text space.
    pub(super) size: f64,
    /// True if the widths of letters are a guess.
    pub(super) is_guess: bool,
    /// The style of the font.
    pub(super) style: Style,
}

/// How letters look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) is_bold: bool,
    pub(crate) is_italic: bool,
    /// True if a thin rectangle is drawn below them.
    pub(crate) is_underlined: bool,
}

/// A line of a page. Its direction is that of its letters.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// The pieces of the text, in its order.
    pub(crate) pieces: Vec<Piece>,
    /// Where it begins along its direction, in points.
    pub(crate) left: f64,
    /// The height of its baseline above the lower edge of the page, in points.
    pub(crate) baseline: f64,
    /// The height of its letters, in points.
    pub(crate) size: f64,
}

/// A piece of a line in one style.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Piece {
    /// The byte of the line where it begins.
    pub(crate) start: usize,
    pub(crate) style: Style,
    /// Where it begins and ends along the line, in points.
    across: (f64, f64),
}

impl Line {
    /// Returns the style of most bytes of a part of the line.
    pub(crate) fn style(&self, from: usize, to: usize) -> Style {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.start).chain([self.text.len()]);
        let share =
            |(piece, end): (&Piece, usize)| (end.min(to).saturating_sub(piece.start.max(from)), piece.style);
        let most = self.pieces.iter().zip(ends).map(share).max_by_key(|(bytes, _)| *bytes);
        most.map_or_else(Style::default, |(_, style)| style)
    }
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    /// Thin rectangles: where they begin and end, and their lower edge.
    pub(super) rules: Vec<(f64, f64, f64)>,
    /// The end of the last piece along its line, the baseline of the line, and the height of its largest letters.
    end: Option<(f64, f64, f64)>,
}

impl Lines {
    /// Shows a piece of text with its width in text space. `is_placed` is true if the piece has a position of its own, instead
    /// of following the last piece.
    pub(super) fn show(&mut self, pen: &Pen, text: &str, width: f64, is_placed: bool) {
        let [a, b, c, d, x, y] = pen.matrix.0;
        let (along, across) = (a.hypot(b), c.hypot(d));
        // Lines may run in any direction: positions are measured along it.
        let (cos, sin) = if along > 0.0 { (a / along, b / along) } else { (1.0, 0.0) };
        let (start, height) = (x * cos + y * sin, y * cos - x * sin);
        let size = (pen.size * across).abs().max(f64::MIN_POSITIVE);
        // Small letters above or below a line are part of it.
        let (mut baseline, mut largest) = (height, size);
        if let Some((end, line, letters)) = self.end {
            let gap = (start - end) / size;
            if (height - line).abs() > LINE * size.max(letters) || gap < -1.0 {
                self.lines.push(Line::default());
            } else {
                (baseline, largest) = (line, letters.max(size));
                if gap > BLANK || is_placed && pen.is_guess {
                    self.blank();
                }
            }
        }
        if self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let end = start + width * along;
        if let Some(line) = self.lines.last_mut() {
            if line.pieces.is_empty() {
                (line.left, line.baseline, line.size) = (start, height, size);
            }
            line.size = line.size.max(size);
            line.pieces.push(Piece { start: line.text.len(), style: pen.style, across: (start, end) });
            line.text.extend(text.chars().map(|char| if char.is_control() { ' ' } else { char }));
        }
        self.end = Some((end, baseline, largest));
    }

    fn blank(&mut self) {
        let text = self.lines.last_mut().map(|line| &mut line.text);
        if let Some(text) = text.filter(|text| !text.is_empty() && !text.ends_with(' ')) {
            text.push(' ');
        }
    }

    /// Returns the lines, each piece marked as underlined that has a rule below most of it.
    pub(super) fn underlined(mut self) -> Vec<Line> {
        for line in &mut self.lines {
            let is_below = |rule: &&(f64, f64, f64)| {
                (line.baseline - UNDERLINE * line.size..=line.baseline).contains(&rule.2)
            };
            let rules: Vec<_> = self.rules.iter().filter(is_below).collect();
            for piece in &mut line.pieces {
                let (from, to) = piece.across;
                let covered =
                    |rule: &&&(f64, f64, f64)| 2.0 * (rule.1.min(to) - rule.0.max(from)) > to - from;
                piece.style.is_underlined = to > from && rules.iter().any(|rule| covered(&rule));
            }
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[(f64, f64, &str)]) -> Vec<String> {
        let mut lines = Lines::default();
        for (x, y, text) in pieces {
            let pen =
                Pen { matrix: Matrix::moved(*x, *y), size: 10.0, is_guess: false, style: Style::default() };
            lines.show(&pen, text, text.len() as f64 * 5.0, true);
        }
        texts(lines)
    }

    fn texts(lines: Lines) -> Vec<String> {
        lines.lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn pieces_that_touch_are_one_word_and_those_apart_are_two() {
        let shown =
            lines(&[(0.0, 50.0, "E8"), (10.4, 50.0, "7.2"), (60.0, 51.0, "text"), (0.0, 38.0, "R05")]);
        assert_eq!(shown, ["E87.2 text", "R05"]);
    }

    #[test]
    fn lines_may_run_upwards() {
        let mut lines = Lines::default();
        for (y, text) in [(0.0, "E8"), (10.0, "7.2"), (60.0, "x")] {
            let pen = Pen {
                matrix: Matrix([0.0, 1.0, -1.0, 0.0, 5.0, y]),
                size: 10.0,
                is_guess: false,
                style: Style::default(),
            };
            lines.show(&pen, text, text.len() as f64 * 5.0, true);
        }
        assert_eq!(texts(lines), ["E87.2 x"]);
    }

    #[test]
    fn matrices_are_put_after_each_other() {
        let twice = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(Matrix::moved(1.0, 2.0).then(twice).0, [2.0, 0.0, 0.0, 2.0, 2.0, 4.0]);
    }
}
