//! Where a value lies in an input, as AWS's validation messages say it:
//! `tags.1.member.tagValue`. Source: recorded answers of KMS, IAM, STS and EventBridge.

use std::fmt;

/// A path from the input down; each step borrows the one above.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldPath<'a> {
    /// The input itself.
    Root,
    /// A member of a structure, by its model name.
    Member(&'a Self, &'a str),
    /// An item of a list, from 1.
    Item(&'a Self, usize),
    /// A map's value.
    Entry(&'a Self, &'a str),
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let above = |parent: &Self, f: &mut fmt::Formatter<'_>| match parent {
            Self::Root => Ok(()),
            parent => write!(f, "{parent}."),
        };
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                above(parent, f)?;
                f.write_str(&camel_case(name))
            }
            Self::Item(parent, number) => {
                above(parent, f)?;
                write!(f, "{number}.member")
            }
            Self::Entry(parent, key) => {
                above(parent, f)?;
                // A hostile key must not fill the message.
                for character in key.chars().take(128) {
                    write!(f, "{character}")?;
                }
                f.write_str(".member")
            }
        }
    }
}

/// `IPAddressVersion` → `iPAddressVersion`: Java's getter names without `get`.
pub(crate) fn camel_case(name: &str) -> String {
    // Names of models are ASCII.
    let mut camel = name.to_owned();
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_aws_writes_it() {
        let root = FieldPath::Root;
        let tags = FieldPath::Member(&root, "Tags");
        let second = FieldPath::Item(&tags, 2);
        let value = FieldPath::Member(&second, "TagValue");
        assert_eq!(value.to_string(), "tags.2.member.tagValue");
        let entry =
            FieldPath::Entry(&FieldPath::Member(&root, "CustomResponseBodies"), "one").to_string();
        assert_eq!(entry, "customResponseBodies.one.member");
    }
}
