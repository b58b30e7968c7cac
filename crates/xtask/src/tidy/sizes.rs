//! Files are small and open with what they are.

use super::sources::Source;

/// The longest a hand-written file may be, in lines without its inline tests.
const LINES_MAX: usize = 800;

/// The longest the file in the middle may be.
const LINES_MEDIAN_MAX: usize = 250;

pub(super) fn check(files: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    let mut lengths = Vec::new();
    for file in files.iter().filter(|file| !file.is_test) {
        let lines = file.code.lines().count();
        lengths.push(lines);
        if lines > LINES_MAX {
            violations.push(format!(
                "{}: {lines} lines, {LINES_MAX} are allowed: split it by nouns",
                file.path
            ));
        }
    }
    for file in files
        .iter()
        .filter(|file| !file.code.trim_start().starts_with("//!"))
    {
        violations.push(format!(
            "{}: does not open with `//!`: say what it is in the field's terms",
            file.path
        ));
    }
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    if median > LINES_MEDIAN_MAX {
        violations.push(format!(
            "the median file has {median} lines, {LINES_MEDIAN_MAX} are allowed"
        ));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_nameless_files_are_found() {
        let long = format!("//! x\n{}", "fn f() {}\n".repeat(LINES_MAX));
        let found = check(&[Source::of("crates/waf/src/a.rs", &long)]);
        assert!(
            found
                .iter()
                .any(|violation| violation.contains("801 lines")),
            "{found:?}"
        );
        assert_eq!(
            check(&[Source::of("crates/waf/src/a.rs", "fn f() {}\n")]).len(),
            1
        );
        let tested = format!(
            "//! x\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "\n".repeat(900)
        );
        assert!(check(&[Source::of("crates/waf/src/a.rs", &tested)]).is_empty());
    }
}
