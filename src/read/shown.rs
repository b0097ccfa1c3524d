//! Text that a page shows piece by piece, put back into lines: a piece at another height begins a new line, and a gap between
//! two pieces is a blank.

/// Minimum distance of lines, as a share of the height of letters.
const LINE: f64 = 0.5;

/// Minimum width of a gap that is a blank, as a share of the height of letters. Blanks are about a quarter wide, and letters
/// are moved by a tenth at most.
const BLANK: f64 = 0.15;

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
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<String>,
    /// The end of the last piece, along its line and across.
    end: Option<(f64, f64)>,
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
        if let Some((end, line)) = self.end {
            let gap = (start - end) / size;
            if (height - line).abs() > LINE * size || gap < -1.0 {
                self.lines.push(String::new());
            } else if gap > BLANK || is_placed && pen.is_guess {
                self.blank();
            }
        }
        if self.lines.is_empty() {
            self.lines.push(String::new());
        }
        if let Some(line) = self.lines.last_mut() {
            line.extend(text.chars().map(|char| if char.is_control() { ' ' } else { char }));
        }
        self.end = Some((start + width * along, height));
    }

    fn blank(&mut self) {
        if let Some(line) = self.lines.last_mut().filter(|line| !line.is_empty() && !line.ends_with(' ')) {
            line.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[(f64, f64, &str)]) -> Vec<String> {
        let mut lines = Lines::default();
        for (x, y, text) in pieces {
            let pen = Pen { matrix: Matrix::moved(*x, *y), size: 10.0, is_guess: false };
            lines.show(&pen, text, text.len() as f64 * 5.0, true);
        }
        lines.lines
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
            let pen = Pen { matrix: Matrix([0.0, 1.0, -1.0, 0.0, 5.0, y]), size: 10.0, is_guess: false };
            lines.show(&pen, text, text.len() as f64 * 5.0, true);
        }
        assert_eq!(lines.lines, ["E87.2 x"]);
    }

    #[test]
    fn matrices_are_put_after_each_other() {
        let twice = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(Matrix::moved(1.0, 2.0).then(twice).0, [2.0, 0.0, 0.0, 2.0, 2.0, 4.0]);
    }
}
