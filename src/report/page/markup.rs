//! HTML by hand: everything that comes from a scenario passes through [`escape`].

use std::fmt::Write;

/// Text that can stand anywhere in HTML, attributes in double quotes included, and cannot break out of it.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Controls and marks that turn the direction of text have no place in a report.
            c if c.is_control() && c != '\n' => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {}
            c => safe.push(c),
        }
    }
    safe
}

/// A cell of a table.
pub enum Cell {
    /// Names the row.
    Head(String),
    /// Text.
    Text(String),
    /// A figure, aligned to the right.
    Number(String),
}

/// A table with a caption and a header; `baseline` is the row that is marked. Texts are escaped here.
pub fn table(caption: &str, header: &[&str], rows: &[Vec<Cell>], baseline: Option<usize>) -> String {
    let mut html = format!("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escape(caption));
    let numeric = |column: usize| rows.first().is_some_and(|row| matches!(row.get(column), Some(Cell::Number(_))));
    for (column, title) in header.iter().enumerate() {
        let class = if numeric(column) { " class=\"number\"" } else { "" };
        // Writing to a String cannot fail; its Result is only there for the trait.
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", escape(title));
    }
    html.push_str("</tr></thead><tbody>");
    for (index, row) in rows.iter().enumerate() {
        html.push_str(if Some(index) == baseline { "<tr class=\"baseline\">" } else { "<tr>" });
        for cell in row {
            match cell {
                Cell::Head(text) => {
                    let _ = write!(html, "<th scope=\"row\">{}</th>", escape(text));
                }
                Cell::Text(text) => {
                    let _ = write!(html, "<td>{}</td>", escape(text));
                }
                Cell::Number(text) => {
                    let _ = write!(html, "<td class=\"number\">{}</td>", escape(text));
                }
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

/// A paragraph of escaped text.
pub fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape(text))
}

/// A picture with a text for those who do not see it. The SVG travels inside the page as an image: it cannot run
/// scripts there, and its names cannot clash with the page's.
pub fn figure(svg: &str, alternative: &str, caption: &str) -> String {
    format!(
        "<figure><div class=\"paper\"><img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\"></div><figcaption>{}</figcaption></figure>\n",
        escape(alternative),
        base64(svg.as_bytes()),
        escape(caption)
    )
}

/// Base 64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (word >> (18 - 6 * place)) & 63;
            text.push(if place <= chunk.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_gives_the_vectors_of_its_standard() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in vectors {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let hostile = "<script>alert(1)</script>\" onload='x' \u{202e}\u{0007}&";
        let safe = escape(hostile);
        assert_eq!(safe, "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;");
        let html = table(hostile, &[hostile], &[vec![Cell::Head(hostile.into())]], None);
        assert!(!html.contains("<script") && !html.contains("onload='"));
    }
}
