//! The corpus in `tests/corpus`: places, clients, and the class files of both halves, read to
//! requests. The README there says what the files look like; what is not so is an error that names
//! its file and block.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::place::{self, Client, Filling, Wire};

/// Classes of attacks; each has a file in both halves.
pub(crate) const ATTACKS: &[&str] = &[
    "code-injection",
    "command-injection",
    "deserialization",
    "graphql",
    "header-injection",
    "known-cve",
    "ldap-xpath-injection",
    "nosql-injection",
    "path-traversal",
    "prototype-pollution",
    "remote-file-inclusion",
    "scanner",
    "sql-injection",
    "ssrf",
    "template-injection",
    "upload",
    "xss",
    "xxe",
];

/// Classes of benign requests; each has a file in both halves.
pub(crate) const BENIGN: &[&str] = &[
    "analytics",
    "api",
    "browsing",
    "business",
    "code",
    "editor",
    "files",
    "graphql",
    "identity",
    "languages",
    "names",
    "operations",
    "prose",
    "search",
    "upload",
    "wordpress",
    "xml",
];

/// The halves: rules may be tuned on the first, never on the second.
pub(crate) const HALVES: &[&str] = &["tuned", "held_out"];

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Attack,
    Benign,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Attack => "attack",
            Self::Benign => "benign",
        }
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Attack => "attacks",
            Self::Benign => "benign",
        }
    }

    const fn classes(self) -> &'static [&'static str] {
        match self {
            Self::Attack => ATTACKS,
            Self::Benign => BENIGN,
        }
    }
}

/// One labelled request.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) half: &'static str,
    pub(crate) kind: Kind,
    pub(crate) class: &'static str,
    /// `CLASS/BLOCK.NUMBER@PLACE`.
    pub(crate) id: String,
    /// The payload, or the whole request where there is none apart.
    pub(crate) payload: String,
    pub(crate) wire: Wire,
}

/// Reads the whole corpus.
pub(crate) fn read(root: &Path) -> Result<Vec<Case>> {
    let places = blocks(&read_text(&root.join("places.txt"))?)?;
    let places: BTreeMap<&str, &str> = places
        .iter()
        .map(|block| (block.name.as_str(), block.text.as_str()))
        .collect();
    for (name, text) in &places {
        let takes = place::takes_a_payload(text).with_context(|| format!("place {name}"))?;
        ensure!(takes, "place {name} has no hole");
    }
    let clients = clients(&read_text(&root.join("clients.txt"))?)?;
    let mut cases = Vec::new();
    for half in HALVES {
        for kind in [Kind::Attack, Kind::Benign] {
            let folder = root.join(half).join(kind.folder());
            if !folder.is_dir() {
                continue;
            }
            known_files_only(&folder, kind)?;
            for class in kind.classes() {
                let path = folder.join(format!("{class}.txt"));
                if !path.is_file() {
                    continue;
                }
                let reader = Reader {
                    half,
                    kind,
                    class,
                    places: &places,
                    clients: &clients,
                };
                for block in blocks(&read_text(&path)?)? {
                    reader
                        .block(&block, &mut cases)
                        .with_context(|| format!("{}: {}", path.display(), block.name))?;
                }
            }
        }
    }
    Ok(cases)
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn known_files_only(folder: &Path, kind: Kind) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let known = kind.classes().contains(&stem.as_ref());
        ensure!(known, "{}: no class has this name", path.display());
    }
    Ok(())
}

/// What stands between two lines that begin with `=== `.
#[derive(Debug)]
struct Block {
    name: String,
    text: String,
}

fn blocks(text: &str) -> Result<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            let name = name.trim();
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            ensure!(
                !name.is_empty() && name.chars().all(plain),
                "`{name}` is no name: letters, digits and `-`"
            );
            blocks.push(Block {
                name: name.to_owned(),
                text: String::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    for block in &mut blocks {
        let end = block.text.trim_end_matches('\n').len();
        block.text.truncate(end);
    }
    Ok(blocks)
}

fn clients(text: &str) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for block in blocks(text)? {
        let mut headers = Vec::new();
        for line in block.text.lines() {
            let (name, value) = line
                .split_once(": ")
                .with_context(|| format!("client {}: no header: `{line}`", block.name))?;
            headers.push((name.to_owned(), value.to_owned()));
        }
        clients.push(Client {
            name: block.name,
            headers,
        });
    }
    Ok(clients)
}

/// Sites that requests go to unless they say another.
const HOSTS: &[&str] = &[
    "www.example.com",
    "shop.example.com",
    "app.acme.example",
    "api.acme.example",
    "portal.example.org",
    "intranet.example.net:8443",
    "example.com",
    "xn--stdte-hra.example",
];

struct Reader<'a> {
    half: &'static str,
    kind: Kind,
    class: &'static str,
    places: &'a BTreeMap<&'a str, &'a str>,
    clients: &'a [Client],
}

impl Reader<'_> {
    fn block(&self, block: &Block, cases: &mut Vec<Case>) -> Result<()> {
        let mut places: Vec<&str> = Vec::new();
        let mut take = None;
        let mut family = "browser";
        let mut rest = block.text.as_str();
        loop {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            if let Some(list) = line.strip_prefix("at: ") {
                places.extend(list.split(',').map(str::trim).filter(|one| !one.is_empty()));
            } else if let Some(number) = line.strip_prefix("take: ") {
                take = Some(number.trim().parse::<usize>()?);
            } else if let Some(name) = line.strip_prefix("client: ") {
                family = name.trim();
            } else if !line.starts_with("note: ") {
                break;
            }
            rest = after;
        }
        if places.is_empty() {
            for (index, text) in separated(rest).into_iter().enumerate() {
                let id = format!("{}/{}.{}", self.class, block.name, index + 1);
                self.add(id, text, text, None, family, cases)?;
            }
            return Ok(());
        }
        let payloads = match rest.strip_prefix('\n') {
            Some(texts) => separated(texts),
            None => listed(rest)?,
        };
        let take = take.unwrap_or(places.len());
        ensure!(
            take > 0 && take <= places.len(),
            "take: {take} of {}",
            places.len()
        );
        for (index, payload) in payloads.into_iter().enumerate() {
            for step in 0..take {
                let chain = places
                    .get((index * take + step) % places.len())
                    .context("no place")?;
                let (before, last) = match chain.split_once('=') {
                    Some((before, last)) => (before, Some(last)),
                    None => (*chain, None),
                };
                let mut words = before.split('+');
                let name = words.next().unwrap_or_default();
                let encoders: Vec<String> = words.map(str::to_owned).collect();
                let text = self
                    .places
                    .get(name)
                    .with_context(|| format!("there is no place `{name}`"))?;
                let filling = Filling {
                    payload: payload.as_bytes(),
                    encoders: &encoders,
                    last,
                };
                let id = format!("{}/{}.{}@{chain}", self.class, block.name, index + 1);
                self.add(id, payload, text, Some(filling), family, cases)?;
            }
        }
        Ok(())
    }

    fn add(
        &self,
        id: String,
        payload: &str,
        text: &str,
        filling: Option<Filling<'_>>,
        family: &str,
        cases: &mut Vec<Case>,
    ) -> Result<()> {
        let seed = hash(&[self.half, &id].concat());
        let family: Vec<&Client> = self
            .clients
            .iter()
            .filter(|client| client.name.trim_end_matches(char::is_numeric) == family)
            .collect();
        let client = pick(&family, seed).with_context(|| format!("{id}: no such client"))?;
        let host = pick(HOSTS, seed >> 16).context("no host")?;
        let wire = place::render(text, filling, client, host, seed).with_context(|| id.clone())?;
        cases.push(Case {
            half: self.half,
            kind: self.kind,
            class: self.class,
            id,
            payload: payload.to_owned(),
            wire,
        });
        Ok(())
    }
}

/// Texts between lines of `%%%`, without the empty lines around them.
fn separated(text: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "%%%" {
            texts.push(text.get(start..at).unwrap_or_default());
            start = at + line.len();
        }
        at += line.len();
    }
    texts.push(text.get(start..).unwrap_or_default());
    texts
        .into_iter()
        .map(|text| text.trim_matches('\n'))
        .collect()
}

/// Payloads of one line each, after `- `.
fn listed(text: &str) -> Result<Vec<&str>> {
    let mut payloads = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("- ") {
            Some(payload) => payloads.push(payload),
            None => bail!("neither `- PAYLOAD` nor an empty line before texts: `{line}`"),
        }
    }
    Ok(payloads)
}

fn pick<T>(list: &[T], seed: u64) -> Option<&T> {
    let count = u64::try_from(list.len()).ok().filter(|count| *count > 0)?;
    list.get(usize::try_from(seed % count).ok()?)
}

/// FNV-1a, finished so that all bits depend on all bytes.
fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    (hash ^ (hash >> 33)) | 1
}
