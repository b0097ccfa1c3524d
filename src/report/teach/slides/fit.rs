//! What fits on a slide: lines of text by the widths of their letters, and rows of a table by their heights.
//!
//! Lengths are in points. The font is Arial, or one of the same widths: Liberation Sans, Arimo, Helvetica.

/// Width and height of a slide, 16:9.
pub(super) const WIDTH: u32 = 960;

/// Margin on the left and right.
const MARGIN: u32 = 44;

/// Width of the text on a slide.
pub(super) const INNER: u32 = WIDTH - 2 * MARGIN;

/// Blanks inside a cell, left and right together.
const CELL_BLANK: u32 = 16;

/// Blanks inside a cell, above and below together.
const CELL_HEIGHT: u32 = 10;

/// Height of a line, as a share of the font size.
const LINE: f64 = 1.2;

/// Widths of the printable ASCII characters of Arial, from the blank on, in 1/1000 of the font size. Source: the `hmtx`
/// table of the font.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The same of Arial Bold.
const BOLD_WIDTHS: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// Returns the width of a text in a font size.
fn width(text: &str, size: u32, bold: bool) -> f64 {
    let widths = if bold { &BOLD_WIDTHS } else { &WIDTHS };
    let of = |char: char| {
        let at = (char as usize).checked_sub(32);
        at.and_then(|at| widths.get(at)).map_or(1000.0, |width| f64::from(*width))
    };
    text.chars().map(of).sum::<f64>() * f64::from(size) / 1000.0
}

/// Returns the number of lines of a text in a box of a width.
fn lines(text: &str, size: u32, inner: f64, bold: bool) -> u32 {
    let (mut lines, mut used) = (1, 0.0);
    for word in text.split_inclusive(' ') {
        let wide = width(word.trim_end(), size, bold);
        let whole = width(word, size, bold);
        if used > 0.0 && used + wide > inner {
            lines += 1;
            used = 0.0;
        }
        // A word that is longer than a line is broken.
        let broken = (wide / inner).floor();
        lines += broken as u32;
        used += whole - broken * inner;
    }
    lines
}

/// Returns the height of a text that is as wide as the slide; 0 without text.
pub(super) fn height(text: &str, size: u32, bold: bool, inner: u32) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let lines = lines(text, size, f64::from(inner), bold);
    (f64::from(lines * size) * LINE).ceil() as u32
}

/// Returns the widths of columns in points, which together are as wide as the slide: a column of codes takes what its
/// longest word takes, the others share what is left by the lengths of their texts.
pub(super) fn columns(cells: &[Vec<(&str, bool)>], size: u32) -> Vec<u32> {
    let count = cells.first().map_or(0, Vec::len);
    let widest = |at: usize| cells.iter().map(|row| width(row[at].0, size, true)).fold(0.0, f64::max);
    let longest_word = |at: usize| {
        let words = cells.iter().flat_map(|row| row[at].0.split(' '));
        words.map(|word| width(word, size, true)).fold(0.0, f64::max)
    };
    let total = |at: usize| cells.iter().map(|row| width(row[at].0, size, false)).sum::<f64>().max(1.0);
    let is_code = |at: usize| cells.iter().all(|row| row[at].1);
    let blank = f64::from(CELL_BLANK) + 2.0;
    let inner = f64::from(INNER);
    // A narrow column takes what it needs.
    let fixed: Vec<Option<f64>> = (0..count)
        .map(|at| {
            let needed = widest(at) + blank;
            (is_code(at) && needed < inner * 0.3 || needed < inner * 0.12).then_some(needed)
        })
        .collect();
    let left = inner - fixed.iter().flatten().sum::<f64>();
    let open: Vec<usize> = (0..count).filter(|at| fixed[*at].is_none()).collect();
    let all: f64 = open.iter().map(|at| total(*at).sqrt()).sum();
    let mut widths: Vec<u32> = (0..count)
        .map(|at| {
            let share = left * total(at).sqrt() / all.max(1.0);
            fixed[at].unwrap_or(share.max(longest_word(at).min(left / 2.0) + blank)).floor() as u32
        })
        .collect();
    // What rounding left, or took too much of, goes to the widest column.
    let sum: u32 = widths.iter().sum();
    let most = (0..count).max_by_key(|at| widths[*at]);
    if let Some(most) = most {
        widths[most] = (widths[most] + INNER).saturating_sub(sum);
    }
    widths
}

/// Returns the height of a row.
pub(super) fn row_height(cells: &[(&str, bool)], widths: &[u32], size: u32) -> u32 {
    let lines = cells
        .iter()
        .zip(widths)
        .map(|((text, bold), wide)| lines(text, size, f64::from(wide.saturating_sub(CELL_BLANK)), *bold));
    let lines = lines.max().unwrap_or(1);
    (f64::from(lines * size) * LINE).ceil() as u32 + CELL_HEIGHT
}

/// Divides rows into pages, as few as their heights allow, and of much the same height.
pub(super) fn pages(heights: &[u32], most: u32) -> Vec<std::ops::Range<usize>> {
    let fewest = divided(heights, most);
    let total: u32 = heights.iter().sum();
    let even = total.div_ceil(fewest.len().max(1) as u32).max(1);
    let step = most.saturating_sub(even).div_ceil(12).max(1);
    let limits = (even..most).step_by(step as usize);
    limits.map(|limit| divided(heights, limit)).find(|pages| pages.len() == fewest.len()).unwrap_or(fewest)
}

fn divided(heights: &[u32], most: u32) -> Vec<std::ops::Range<usize>> {
    let (mut pages, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, height) in heights.iter().enumerate() {
        if used + height > most && at > start {
            pages.push(start..at);
            (start, used) = (at, 0);
        }
        used += height;
    }
    if start < heights.len() {
        pages.push(start..heights.len());
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        // "Multiple sclerosis" is 141 points wide in 18 points.
        assert_eq!(lines("Multiple sclerosis", 18, 150.0, false), 1);
        assert_eq!(lines("Multiple sclerosis", 18, 100.0, false), 2);
        assert_eq!(lines(&"x".repeat(100), 10, 100.0, false), 6, "a long word is broken");
    }

    #[test]
    fn pages_are_few_and_even() {
        assert_eq!(pages(&[10; 10], 60), [0..5, 5..10]);
        assert_eq!(
            pages(&[10, 90, 10], 60),
            [0..1, 1..2, 2..3],
            "a row that is too high has a page of its own"
        );
        assert!(pages(&[], 60).is_empty());
    }

    #[test]
    fn columns_are_as_wide_as_the_slide() {
        let long = "word ".repeat(60);
        let rows = vec![vec![("G35.A", true), (long.as_str(), false), ("G35", true)]];
        let widths = columns(&rows, 16);
        assert_eq!(widths.iter().sum::<u32>(), INNER);
        assert!(widths[0] < 90 && widths[1] > 600, "{widths:?}");
    }
}
