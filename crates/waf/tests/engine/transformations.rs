//! The SecLang transformation cases of `shared/data/waf/seclang`, for the transformations that
//! WAFv2 has too.

use waf::Transformation;
use wire::Value;

/// SecLang's name and WAFv2's.
const SAME: [(&str, &str); 24] = [
    ("base64Decode", "BASE64_DECODE"),
    ("base64DecodeExt", "BASE64_DECODE_EXT"),
    ("cmdLine", "CMD_LINE"),
    ("compressWhitespace", "COMPRESS_WHITE_SPACE"),
    ("cssDecode", "CSS_DECODE"),
    ("escapeSeqDecode", "ESCAPE_SEQ_DECODE"),
    ("hexDecode", "HEX_DECODE"),
    ("htmlEntityDecode", "HTML_ENTITY_DECODE"),
    ("jsDecode", "JS_DECODE"),
    ("lowercase", "LOWERCASE"),
    ("md5", "MD5"),
    ("normalisePath", "NORMALIZE_PATH"),
    ("normalisePathWin", "NORMALIZE_PATH_WIN"),
    ("removeCommentsChar", "REMOVE_COMMENTS_CHAR"),
    ("removeNulls", "REMOVE_NULLS"),
    ("removeWhitespace", "REMOVE_WHITESPACE"),
    ("replaceComments", "REPLACE_COMMENTS"),
    ("replaceNulls", "REPLACE_NULLS"),
    ("sqlHexDecode", "SQL_HEX_DECODE"),
    ("trim", "TRIM"),
    ("trimLeft", "TRIM_LEFT"),
    ("trimRight", "TRIM_RIGHT"),
    ("uppercase", "UPPERCASE"),
    ("urlDecode", "URL_DECODE"),
];
const ALSO_SAME: [(&str, &str); 2] = [
    ("urlDecodeUni", "URL_DECODE_UNI"),
    ("utf8toUnicode", "UTF8_TO_UNICODE"),
];

/// Cases whose expectation is not ours: file, index, and why.
const KNOWN_DIFFERENCES: [(&str, usize, &str); 0] = [];

/// A text of the data set as bytes: a literal `\u0000` is a NUL byte, and a text with a literal
/// `\x` is unescaped like a C string.
fn bytes(text: &str) -> Vec<u8> {
    if !text.contains(r"\x") {
        return text.replace(r"\u0000", "\0").into_bytes();
    }
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let octal = |digits: &[u8]| {
            let count = digits
                .iter()
                .take(3)
                .take_while(|d| (b'0'..=b'7').contains(d))
                .count();
            (
                count,
                digits[..count]
                    .iter()
                    .fold(0u32, |n, d| n * 8 + u32::from(d - b'0')),
            )
        };
        let (byte, after) = match rest {
            [b'\\', b'u', b'0', b'0', b'0', b'0', after @ ..] => (0, after),
            [b'\\', b'x', high, low, after @ ..] => {
                let digits = [*high, *low];
                match u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16) {
                    Ok(byte) => (byte, after),
                    Err(_) => (b'\\', tail),
                }
            }
            [b'\\', b'0'..=b'7', ..] => {
                let (count, number) = octal(tail);
                (number.to_le_bytes()[0], &tail[count..])
            }
            [b'\\', escape, after @ ..] => {
                let simple = b"abfnrtv\\?'\"".iter().position(|other| other == escape);
                match simple {
                    Some(index) => (b"\x07\x08\x0c\n\r\t\x0b\\?'\""[index], after),
                    None => (b'\\', tail),
                }
            }
            _ => (*first, tail),
        };
        out.push(byte);
        rest = after;
    }
    out
}

#[test]
fn seclang_cases() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/waf/seclang/transformations"
    );
    let (mut cases, mut differences) = (0, Vec::new());
    for (file, name) in SAME.into_iter().chain(ALSO_SAME) {
        let transformation = Transformation::parse(name).unwrap();
        let text = std::fs::read(format!("{folder}/{file}.json")).unwrap();
        let document = wire::json::parse(&text).unwrap();
        for (index, case) in document.as_list().unwrap().iter().enumerate() {
            cases += 1;
            let input = bytes(case.member("input").and_then(Value::as_str).unwrap());
            let expected = bytes(case.member("output").and_then(Value::as_str).unwrap());
            let output = transformation
                .apply(&input)
                .unwrap_or_else(|| input.clone());
            let known = KNOWN_DIFFERENCES
                .iter()
                .any(|(f, i, _)| (*f, *i) == (file, index));
            if (output == expected) == known {
                differences.push(format!(
                    "{file} {index}: {} -> {}, expected {}",
                    input.escape_ascii(),
                    output.escape_ascii(),
                    expected.escape_ascii()
                ));
            }
        }
    }
    assert!(
        differences.is_empty(),
        "of {cases}:\n{}",
        differences.join("\n")
    );
    assert!(cases > 250, "{cases}");
}

/// What the data set does not say.
#[test]
fn own_cases() {
    for (name, input, expected) in [
        (
            "HTML_ENTITY_DECODE",
            "&lt;script&gt;&#x61;&#98;&quot;&amp",
            "<script>ab\"&",
        ),
        (
            "HTML_ENTITY_DECODE",
            "java&Tab;script&colon;x&#60script",
            "java\tscript:x<script",
        ),
        (
            "HTML_ENTITY_DECODE",
            "a & b &c; &#; &#x; &lpars",
            "a & b &c; &#; &#x; &lpars",
        ),
        (
            "HTML_ENTITY_DECODE",
            "&#0000000000000060;&#99999999999;",
            "<\u{fffd}",
        ),
        ("URL_DECODE_UNI", "%u003cscript%uFF1e%u2019", "<script>'"),
        ("URL_DECODE", "%u003c%3C%3c+%", "%u003c<< %"),
        (
            "JS_DECODE",
            r"\u003cscript\x3e\101\u2019",
            "<script>A\u{19}",
        ),
        (
            "JS_DECODE_EXT",
            r"\u{3c}\u{1F600}\ud83d\ude00\u2019\u{}\uff1c",
            "<😀😀’u{}<",
        ),
        (
            "CMD_LINE",
            "C^at  /etc/pa'ss'wd;  (ls)",
            "cat/etc/passwd(ls)",
        ),
        ("CMD_LINE_WIN", r"C:\Windows\p^ing ,x", r"c:\windows\ping x"),
        (
            "CMD_LINE_UNIX",
            r#"c\at  /etc/pa''ss"w"d$@"#,
            "cat /etc/passwd",
        ),
        (
            "SQL_HEX_DECODE",
            "SELECT 0x4142, 0xZ, 0X63641",
            "SELECT AB, 0xZ, cd1",
        ),
        ("REMOVE_COMMENTS_CHAR", "a<!--b-->c--d#e/*f*/g", "abcdefg"),
        ("REPLACE_COMMENTS", "UN/**/ION/* x", "UN ION "),
        ("BASE64_DECODE", "PHNjcmlwdD4", "<script>"),
        ("BASE64_DECODE_EXT", "PHNj cmlw.dD4=", "<script>"),
        ("NORMALIZE_PATH_WIN", r"C:\a\..\..\..\etc", "../etc"),
        ("UTF8_TO_UNICODE", "é€a", "%u00e9%u20aca"),
        ("NONE", "aB ", "aB "),
    ] {
        let transformation = Transformation::parse(name).unwrap();
        let output = transformation.apply(input.as_bytes());
        let output = output.unwrap_or_else(|| input.as_bytes().to_vec());
        assert_eq!(
            String::from_utf8_lossy(&output),
            expected,
            "{name} of {input}"
        );
    }
    let digest = Transformation::Sha256.apply(b"abc").unwrap();
    assert_eq!(digest.len(), 32);
    assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
}

#[test]
fn there_are_all_31() {
    assert_eq!(Transformation::ALL.len(), 31);
    for one in Transformation::ALL {
        assert_eq!(Transformation::parse(one.as_str()), Some(*one));
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// None panics, none makes a value much longer, and "unchanged" is said of nothing else.
        #[test]
        fn of_all(value in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(b"%u&#x;\\/.*-0123456789abcdef+ ".to_vec())],
            0..80,
        )) {
            for one in Transformation::ALL {
                if let Some(output) = one.apply(&value) {
                    let digest = matches!(one, Transformation::Md5 | Transformation::Sha256);
                    prop_assert!(digest || output != value, "{:?}", one);
                    prop_assert!(output.len() <= value.len() * 4 + 32, "{:?}", one);
                }
            }
        }
    }
}
