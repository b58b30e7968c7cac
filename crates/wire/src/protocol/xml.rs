//! Writing XML 1.0: elements, namespaces, escaped text.

use crate::shape::XmlNamespace;

/// A document while it is written.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
}

impl Xml {
    /// Opens an element, with a namespace of its own or a default one.
    pub(super) fn open(&mut self, name: &str, own: Option<&XmlNamespace>, default: Option<&str>) {
        self.text.push('<');
        self.text.push_str(name);
        if let Some(namespace) = own {
            self.text.push_str(" xmlns");
            if let Some(prefix) = &namespace.prefix {
                self.text.push(':');
                self.text.push_str(prefix);
            }
            self.attribute_value(&namespace.uri);
        } else if let Some(uri) = default {
            self.text.push_str(" xmlns");
            self.attribute_value(uri);
        }
        self.text.push('>');
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// An element that holds only text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name, None, None);
        self.text(text);
        self.close(name);
    }

    /// Text. What XML 1.0 cannot say, not even escaped, becomes U+FFFD.
    pub(super) fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#xD;"),
                '\t' | '\n' => self.text.push(character),
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.text.push('\u{fffd}'),
                other => self.text.push(other),
            }
        }
    }

    /// The whole document.
    pub(super) fn end(self) -> String {
        self.text
    }

    fn attribute_value(&mut self, value: &str) {
        self.text.push_str("=\"");
        self.text(value);
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_never_breaks_the_document() {
        let mut xml = Xml::default();
        xml.leaf("a", "<b>&\"\r\n\u{0}é");
        assert_eq!(xml.end(), "<a>&lt;b&gt;&amp;&quot;&#xD;\n\u{fffd}é</a>");
    }
}
