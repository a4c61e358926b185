//! Text from outside on its way to a terminal: made harmless, cut, wrapped.

/// The text with everything that could steer a terminal written out: a
/// display name in a log is typed by whoever opened the account.
pub(crate) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Format characters that reorder or hide what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text, harmless, in at most `width` columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    console::truncate_str(&harmless(text), width, "…").into_owned()
}

/// The text, harmless, in lines of at most `width` columns; the first line
/// begins with `first`, the others with as many blanks.
pub(crate) fn wrapped(first: &str, text: &str, width: usize) -> String {
    let indent = console::measure_text_width(first);
    let room = width.saturating_sub(indent).max(20);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in harmless(text).split_whitespace() {
        let word = console::truncate_str(word, room, "…");
        let wide = console::measure_text_width(&word);
        if used > 0 && used + 1 + wide > room {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("starts with one line and only grows");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word);
        used += wide;
    }
    let blank = " ".repeat(indent);
    let line =
        |(i, line): (usize, String)| format!("{}{line}\n", if i == 0 { first } else { &blank });
    lines.into_iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        expect![[r"a\u{1b}[2Jb\u{202e}c"]].assert_eq(&harmless("a\u{1b}[2Jb\u{202e}c"));
    }

    #[test]
    fn long_text_wraps_under_its_own_beginning() {
        let text = "411 accounts share TLS client t13d1516h2 and name shape Llllll0000; 9 expected";
        expect![[r#"
            • 411 accounts share TLS client
              t13d1516h2 and name shape
              Llllll0000; 9 expected
        "#]]
        .assert_eq(&wrapped("• ", text, 32));
    }

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(cut("王小明王小明", 7), "王小明…");
    }
}
