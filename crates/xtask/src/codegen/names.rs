//! Rust's names for AWS's: `WebACLArn` is the field `web_acl_arn`, `ListIPSets` the function
//! `list_ip_sets`.

/// snake_case; a run of capitals is one word, with its plural's `s`.
pub(super) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let at = |index: usize| letters.get(index).copied();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            out.push('_');
            continue;
        }
        let before = index.checked_sub(1).and_then(at);
        let starts = letter.is_ascii_uppercase()
            && match before {
                None => false,
                Some(before) if before.is_ascii_uppercase() => {
                    // The last capital of a run starts the next word: `IPSet`, but `ACLs`.
                    at(index + 1).is_some_and(|next| next.is_ascii_lowercase())
                        && !is_plural(&letters, index + 1)
                }
                Some(before) => before != '_' && !out.ends_with('_'),
            };
        if starts {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Whether at `index` stands the `s` of a plural such as `ACLs`.
fn is_plural(letters: &[char], index: usize) -> bool {
    letters.get(index) == Some(&'s')
        && letters
            .get(index + 1)
            .is_none_or(|next| next.is_ascii_uppercase())
}

/// A field's name: snake_case, raw where it is a keyword.
pub(super) fn field(name: &str) -> String {
    let snake = snake_case(name);
    match snake.as_str() {
        "self" | "super" | "crate" => format!("{snake}_"),
        "as" | "async" | "await" | "break" | "const" | "continue" | "dyn" | "else" | "enum"
        | "extern" | "false" | "fn" | "for" | "gen" | "if" | "impl" | "in" | "let" | "loop"
        | "match" | "mod" | "move" | "mut" | "pub" | "ref" | "return" | "static" | "struct"
        | "trait" | "true" | "type" | "unsafe" | "use" | "where" | "while" | "yield" => {
            format!("r#{snake}")
        }
        _ => snake,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_one_word() {
        for (aws, rust) in [
            ("CreateIPSet", "create_ip_set"),
            ("CreateWebACL", "create_web_acl"),
            ("ListWebACLs", "list_web_acls"),
            ("GetWebACLForResource", "get_web_acl_for_resource"),
            ("IPAddressVersion", "ip_address_version"),
            ("WebACLArn", "web_acl_arn"),
            ("ARN", "arn"),
            ("LoadBalancerArns", "load_balancer_arns"),
            ("DNSName", "dns_name"),
            ("ApplicationIntegrationURL", "application_integration_url"),
            (
                "OnSourceDDoSProtectionConfig",
                "on_source_d_do_s_protection_config",
            ),
            ("HTTPVersion", "http_version"),
            ("Ipv4Address", "ipv4_address"),
            ("message", "message"),
        ] {
            assert_eq!(snake_case(aws), rust);
        }
        assert_eq!(field("Type"), "r#type");
    }
}
