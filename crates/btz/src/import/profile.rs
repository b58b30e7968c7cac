//! The shared files of the aws CLI: sections of settings. Source: AWS CLI User Guide,
//! "Configuration and credential file settings".

use std::collections::BTreeMap;

/// The sections of a file, their settings by name in lower case. A setting that is given twice is
/// the last one; what is indented belongs to the setting before it and is of no use here.
#[derive(Debug, Default)]
pub(super) struct Sections(BTreeMap<String, BTreeMap<String, String>>);

impl Sections {
    /// Reads a file. Lines that say nothing are left out, as the CLI leaves them out.
    pub(super) fn parse(text: &str) -> Self {
        let mut sections: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut current = None;
        for line in text.lines() {
            let nested = line.starts_with([' ', '\t']);
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let heading = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            if let Some((name, _)) = heading {
                let name: Vec<&str> = name.split_whitespace().collect();
                let name = name.join(" ").replace(['"', '\''], "");
                sections.entry(name.clone()).or_default();
                current = Some(name);
            } else if let Some((key, value)) = line.split_once('=')
                && let Some(section) = current.as_ref().and_then(|name| sections.get_mut(name))
                && !nested
            {
                let comment = value.find(" #").or_else(|| value.find(" ;"));
                let value = value.get(..comment.unwrap_or(value.len()));
                let value = value.unwrap_or_default().trim().to_owned();
                section.insert(key.trim().to_ascii_lowercase(), value);
            }
        }
        Self(sections)
    }

    /// The settings of a profile. In the file of credentials its section has its name; in that of
    /// settings `profile NAME`, but for `default`.
    pub(super) fn profile(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        self.0
            .get(&format!("profile {name}"))
            .or_else(|| self.0.get(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_the_cli_writes_them() {
        let sections = Sections::parse(
            "# comment\nlost = 1\n[default]\nregion=eu-west-1\naws_access_key_id = AKIA\n\
             aws_secret_access_key = a/b+c=d\ns3 =\n  region = nested\n\n\
             [profile two  words] ; comment\nREGION = us-west-2 # here\n[ profile \"q\" ]\nx=1\n\
             [sso-session s]\nsso_region = x\n[broken\ny=2\n",
        );
        let default = sections.profile("default").unwrap();
        assert_eq!(default["region"], "eu-west-1");
        assert_eq!(default["aws_secret_access_key"], "a/b+c=d");
        assert_eq!(
            sections.profile("two words").unwrap()["region"],
            "us-west-2"
        );
        assert_eq!(sections.profile("q").unwrap()["x"], "1");
        assert!(sections.profile("s").is_none());
        assert!(sections.profile("none").is_none());
    }
}
