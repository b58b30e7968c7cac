//! What rules know of addresses: the databases of countries and autonomous systems and the lists of
//! managed rules, from files and URLs that the owner names. Files are followed for changes; what a
//! URL gives is kept as a file and followed like any other, so that the last good copy serves at
//! start and while the URL fails. What is broken never replaces what is good.
//! Source of names: AWS WAF developer guide, "IP reputation rule groups"; MaxMind DB 2.0.

mod fetch;
mod place;
mod refetch;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::Time;
use waf::{AddressDatabase, IpList, ManagedList, Source, SourceState, WebAcl};

use self::place::Place;
pub(crate) use self::place::without_query;

/// How often files are looked at.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// The largest database: the city databases of the big makers have half of it.
const DATABASE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The largest list, enough for [`waf`]'s most blocks.
const LIST_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Files and URLs of one list.
const PLACES_MAX: usize = 32;

/// The shortest `refetch_seconds`: publishers of lists ask for hours.
const REFETCH_SECONDS_MIN: u64 = 1;

/// `[networks]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NetworksConfig {
    /// Database of countries (MaxMind DB): a file or URL; else `networks/country.mmdb` in `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country_database: Option<String>,
    /// Database of autonomous systems (MaxMind DB): a file or URL; else `networks/asn.mmdb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asn_database: Option<String>,
    /// How long what a URL gave is used before it is asked again.
    pub(crate) refetch_seconds: u64,
    /// Whether `http://` URLs beyond this machine are fetched.
    pub(crate) allow_plain_http: bool,
    /// Files and URLs of the lists, by the managed rule's name; else `networks/NAME.txt`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) lists: BTreeMap<String, Vec<String>>,
}

impl Default for NetworksConfig {
    fn default() -> Self {
        Self {
            country_database: None,
            asn_database: None,
            refetch_seconds: 60 * 60,
            allow_plain_http: false,
            lists: BTreeMap::new(),
        }
    }
}

impl NetworksConfig {
    /// What is wrong with it.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.places().err().unwrap_or_default();
        if self.refetch_seconds < REFETCH_SECONDS_MIN {
            let least = REFETCH_SECONDS_MIN;
            mistakes.push(format!("networks.refetch_seconds: at least {least}"));
        }
        mistakes
    }

    /// Without what must not be shown.
    pub(crate) fn shown(mut self) -> Self {
        let databases = [&mut self.country_database, &mut self.asn_database];
        let places = databases.into_iter().flatten();
        for place in places.chain(self.lists.values_mut().flatten()) {
            *place = without_query(place);
        }
        self
    }

    fn places(&self) -> Result<Vec<(Source, Place)>, Vec<String>> {
        let (mut places, mut mistakes) = (Vec::new(), Vec::new());
        let mut add =
            |source, key: &str, text: &str| match Place::parse(text, self.allow_plain_http) {
                Ok(place) => places.push((source, place)),
                Err(why) => mistakes.push(format!("networks.{key}: {why}")),
            };
        for (key, source, text) in [
            (
                "country_database",
                Source::Countries,
                &self.country_database,
            ),
            ("asn_database", Source::Asns, &self.asn_database),
        ] {
            if let Some(text) = text {
                add(source, key, text);
            }
        }
        let mut unknown = Vec::new();
        for (name, texts) in &self.lists {
            let key = format!("lists.{name}");
            match ManagedList::parse(name) {
                None => {
                    let known: Vec<&str> = ManagedList::ALL.iter().map(|l| l.as_str()).collect();
                    let known = known.join(", ");
                    unknown.push(format!("networks.{key}: no such list; there are {known}"));
                }
                Some(_) if texts.len() > PLACES_MAX => {
                    let count = texts.len();
                    let most = PLACES_MAX;
                    unknown.push(format!("networks.{key}: {count} places; at most {most}"));
                }
                Some(list) => {
                    for text in texts {
                        add(Source::List(list), &key, text);
                    }
                }
            }
        }
        mistakes.extend(unknown);
        if mistakes.is_empty() {
            Ok(places)
        } else {
            Err(mistakes)
        }
    }
}

/// All that a web ACL may ask for.
pub(crate) fn sources() -> impl Iterator<Item = Source> {
    let lists = ManagedList::ALL.iter().copied().map(Source::List);
    [Source::Countries, Source::Asns].into_iter().chain(lists)
}

/// What a source is called in metrics and file names.
pub(crate) const fn name(source: Source) -> &'static str {
    match source {
        Source::Countries => "country",
        Source::Asns => "asn",
        Source::List(list) => list.as_str(),
    }
}

/// Where a source is looked for when the configuration names no place.
pub(crate) fn default_path(source: Source, data: &Path) -> PathBuf {
    let extension = match source {
        Source::Countries | Source::Asns => "mmdb",
        Source::List(_) => "txt",
    };
    data.join("networks")
        .join(format!("{}.{extension}", name(source)))
}

const fn bytes_max(source: Source) -> usize {
    match source {
        Source::Countries | Source::Asns => DATABASE_BYTES_MAX,
        Source::List(_) => LIST_BYTES_MAX,
    }
}

/// Whether these bytes are what the source is to be.
fn check(source: Source, bytes: &Arc<[u8]>) -> Result<(), String> {
    match source {
        Source::Countries | Source::Asns => AddressDatabase::read(Arc::clone(bytes))
            .map(drop)
            .map_err(|error| error.to_string()),
        Source::List(_) => {
            let list = IpList::read(&String::from_utf8_lossy(bytes), Time::from_seconds(0));
            if list.set().blocks() == 0 && list.skipped() > 0 {
                return Err("no line of it begins with an address or CIDR block".to_owned());
            }
            Ok(())
        }
    }
}

/// Every source with its places, and what was last good of each.
#[derive(Debug)]
pub(crate) struct Book {
    origins: Vec<Origin>,
}

/// One file that a source is read from.
#[derive(Debug)]
struct Origin {
    source: Source,
    place: Place,
    /// The file itself, or where the copy of a URL is kept.
    path: PathBuf,
    /// Whether it must be there: the owner named it.
    is_wanted: bool,
    stamp: Option<Stamp>,
    good: Option<Good>,
    wrong: Option<String>,
}

#[derive(Debug)]
struct Good {
    bytes: Arc<[u8]>,
    made_at: Time,
}

/// What changes when a file is written or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
    inode: u64,
}

impl Book {
    /// The configured places; nothing is read yet.
    ///
    /// # Errors
    /// With every mistake of the configuration.
    pub(crate) fn open(config: &NetworksConfig, data: &Path) -> Result<Self, Vec<String>> {
        let mut places = config.places()?;
        for source in sources() {
            if !places.iter().any(|(known, _)| *known == source) {
                places.push((source, Place::File(default_path(source, data))));
            }
        }
        let origins = places.into_iter().map(|(source, place)| {
            let path = match &place {
                Place::File(path) => path.clone(),
                Place::Url(url) => refetch::copy_path(source, url, data),
            };
            let is_default = path == default_path(source, data);
            Origin {
                source,
                is_wanted: matches!(place, Place::File(_)) && !is_default,
                place,
                path,
                stamp: None,
                good: None,
                wrong: None,
            }
        });
        Ok(Self {
            origins: origins.collect(),
        })
    }

    /// Reads what has changed; answers whether anything did. What becomes wrong is logged.
    pub(crate) fn refresh(&mut self) -> bool {
        let mut changed = false;
        for origin in &mut self.origins {
            let before = origin.wrong.clone();
            match origin.refresh() {
                Ok(new) => changed |= new,
                Err(why) => origin.wrong = Some(why),
            }
            if origin.wrong != before
                && let Some(complaint) = origin.complaint()
            {
                tracing::warn!("{complaint}");
            }
        }
        changed
    }

    /// What is wrong with a source's files.
    pub(crate) fn complaints(&self, source: Source) -> Vec<String> {
        let origins = self.origins.iter();
        let of_source = origins.filter(|origin| origin.source == source);
        of_source.filter_map(Origin::complaint).collect()
    }

    /// All that is good.
    pub(crate) fn known(&self) -> Known {
        let (mut networks, mut skipped) = (waf::Networks::none(), BTreeMap::new());
        for source in sources() {
            let origins = self.origins.iter();
            let goods = origins.filter(|origin| origin.source == source);
            let goods: Vec<&Good> = goods.filter_map(|origin| origin.good.as_ref()).collect();
            let (Some(first), Some(oldest)) =
                (goods.first(), goods.iter().map(|good| good.made_at).min())
            else {
                continue;
            };
            let database = || AddressDatabase::read(Arc::clone(&first.bytes));
            networks = match source {
                Source::Countries => match database() {
                    Ok(database) => networks.with_countries(database),
                    Err(_) => networks,
                },
                Source::Asns => match database() {
                    Ok(database) => networks.with_asns(database),
                    Err(_) => networks,
                },
                Source::List(name) => {
                    let texts = goods
                        .iter()
                        .map(|good| String::from_utf8_lossy(&good.bytes));
                    let texts: Vec<_> = texts.collect();
                    let list = IpList::read(&texts.join("\n"), oldest);
                    skipped.insert(source, list.skipped());
                    networks.with_list(name, list)
                }
            };
        }
        Known {
            networks: Arc::new(networks),
            skipped,
        }
    }
}

impl Origin {
    fn refresh(&mut self) -> Result<bool, String> {
        let stamp = match Stamp::of(&self.path) {
            Ok(stamp) => stamp,
            Err(error) => {
                self.stamp = None;
                let missing = error.kind() == std::io::ErrorKind::NotFound;
                if missing && !self.is_wanted && self.good.is_none() {
                    self.wrong = None;
                    return Ok(false);
                }
                return Err(error.to_string());
            }
        };
        if self.stamp == Some(stamp) {
            return Ok(false);
        }
        self.stamp = Some(stamp);
        let bytes = self.read().map_err(|error| error.to_string())?;
        check(self.source, &bytes)?;
        let since = stamp.modified.duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        self.good = Some(Good {
            bytes,
            made_at: Time::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)),
        });
        self.wrong = None;
        Ok(true)
    }

    fn read(&self) -> std::io::Result<Arc<[u8]>> {
        let most = bytes_max(self.source);
        let file = std::fs::File::open(&self.path)?;
        let mut bytes = Vec::new();
        file.take(most as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > most {
            let why = format!("it has more than {most} bytes");
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, why));
        }
        Ok(bytes.into())
    }

    fn complaint(&self) -> Option<String> {
        let (source, place, wrong) = (self.source, &self.place, self.wrong.as_ref()?);
        let then = match self.good {
            Some(_) => "the one before stays in force",
            None => "rules that need it match nothing",
        };
        Some(format!("{source}: {place}: {wrong}; {then}"))
    }
}

impl Stamp {
    fn of(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        Ok(Self {
            modified: metadata.modified()?,
            length: metadata.len(),
            inode: metadata.ino(),
        })
    }
}

/// What is known now.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// For the engine.
    pub(crate) networks: Arc<waf::Networks>,
    /// Lines of lists that could not be read, or were too many.
    skipped: BTreeMap<Source, usize>,
}

/// Databases and lists that are followed.
pub(super) struct Follower {
    known: watch::Receiver<Arc<Known>>,
    failures: Arc<AtomicU64>,
}

impl Follower {
    /// Reads what is there, then follows files and URLs by the tasks that come with it.
    pub(super) async fn start(
        config: &NetworksConfig,
        data: &Path,
    ) -> Result<(Self, Vec<JoinHandle<()>>)> {
        let book = Book::open(config, data).map_err(crate::config::Mistakes)?;
        let failures = Arc::new(AtomicU64::new(0));
        let mut tasks = Vec::new();
        for origin in &book.origins {
            if let Place::Url(url) = &origin.place {
                let refetch = refetch::Refetch {
                    source: origin.source,
                    url: url.clone(),
                    path: origin.path.clone(),
                    every: Duration::from_secs(config.refetch_seconds),
                    allow_plain_http: config.allow_plain_http,
                    failures: Arc::clone(&failures),
                };
                tasks.push(tokio::spawn(refetch.run()));
            }
        }
        let (mut book, known, _) = tokio::task::spawn_blocking(|| reread(book)).await?;
        let (publish, follow) = watch::channel(Arc::new(known));
        tasks.push(tokio::spawn(async move {
            loop {
                tokio::time::sleep(CHECK_EVERY).await;
                let Ok((same, known, changed)) = tokio::task::spawn_blocking(|| reread(book)).await
                else {
                    tracing::error!("databases and lists of addresses are not followed any more");
                    return;
                };
                book = same;
                if changed {
                    publish.send_replace(Arc::new(known));
                }
            }
        }));
        let known = follow;
        Ok((Self { known, failures }, tasks))
    }

    /// What is known now, and is to be known.
    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Known>> {
        self.known.clone()
    }

    /// For `/metrics`, with what the web ACLs in force ask for.
    pub(super) fn metrics(&self, asked: &BTreeSet<Source>, now: Time) -> String {
        let known = Arc::clone(&self.known.borrow());
        let states: Vec<SourceState> = sources()
            .map(|source| known.networks.state_of(source, now))
            .collect();
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, value: &dyn Fn(&SourceState) -> Option<i64>| {
            let head = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
            text.push_str(&head);
            for state in &states {
                if let Some(value) = value(state) {
                    let source = self::name(state.source);
                    text.push_str(&format!("{name}{{source=\"{source}\"}} {value}\n"));
                }
            }
        };
        let number = |count: usize| Some(i64::try_from(count).unwrap_or(i64::MAX));
        gauge(
            "btz_network_list_age_seconds",
            "Seconds since a database was built, or a list was written or confirmed by its URL.",
            &|state| state.age_seconds,
        );
        gauge(
            "btz_network_list_entries",
            "Address blocks of a list, or nodes of a database; 0 if there is none.",
            &|state| number(state.networks),
        );
        gauge(
            "btz_network_list_skipped_lines",
            "Lines of a list that are no addresses, or too many.",
            &|state| number(known.skipped.get(&state.source).copied()?),
        );
        gauge(
            ASKED_METRIC,
            "Whether a web ACL in force has rules that need it.",
            &|state| Some(i64::from(asked.contains(&state.source))),
        );
        let failures = self.failures.load(Ordering::Relaxed);
        text.push_str(&format!(
            "# HELP btz_network_fetch_failures_total Fetches of databases and lists that failed.\n\
             # TYPE btz_network_fetch_failures_total counter\nbtz_network_fetch_failures_total {failures}\n"
        ));
        text
    }
}

/// The metric that tells `btz doctor` what is asked for.
const ASKED_METRIC: &str = "btz_network_list_asked";

/// What the web ACLs of a running `btz` ask for, by its `/metrics`.
pub(crate) fn asked_by_metrics(metrics: &str) -> BTreeSet<Source> {
    sources()
        .filter(|source| {
            let line = format!("{ASKED_METRIC}{{source=\"{}\"}} 1", name(*source));
            metrics.lines().any(|found| found == line)
        })
        .collect()
}

fn reread(mut book: Book) -> (Book, Known, bool) {
    let changed = book.refresh();
    let known = if changed {
        book.known()
    } else {
        Known::default()
    };
    (book, known, changed)
}

/// What web ACLs ask for and is missing or empty, with the web ACLs that ask.
pub(super) fn unanswered<'a>(
    web_acls: impl Iterator<Item = &'a Arc<WebAcl>>,
    networks: &waf::Networks,
    now: Time,
) -> BTreeSet<(Source, &'a str)> {
    let asked = web_acls.flat_map(|acl| acl.sources().map(|source| (source, acl.arn())));
    asked
        .filter(|(source, _)| networks.state_of(*source, now).networks == 0)
        .collect()
}

/// Fetches what is at an address, once, over TLS unless it is this machine's own.
pub(super) async fn fetch_once(address: &str, bytes_max: usize) -> Result<Vec<u8>, String> {
    let url = match Place::parse(address, false)? {
        Place::Url(url) => url,
        Place::File(_) => return Err(format!("{address} is no URL")),
    };
    let fetched = fetch::fetch(&url, &fetch::Validators::default(), bytes_max, false).await;
    match fetched.map_err(|error| error.to_string())? {
        Some(fetched) => Ok(fetched.bytes.to_vec()),
        None => Err(format!("{address} answered that nothing is new")),
    }
}

/// The same of an address that somebody else than the owner names: on the public internet only.
pub(super) async fn fetch_public(address: &str, bytes_max: usize) -> Result<Vec<u8>, String> {
    match Place::parse(address, false)? {
        Place::Url(url) => match fetch::fetch_public(&url, bytes_max).await {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(error) => Err(error.to_string()),
        },
        Place::File(_) => Err(format!("{address} is no URL")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(lists: &[(&str, &str)]) -> NetworksConfig {
        let mut config = NetworksConfig::default();
        for (name, place) in lists {
            let places = config.lists.entry((*name).to_owned()).or_default();
            places.push((*place).to_owned());
        }
        config
    }

    fn blocks(book: &Book, list: ManagedList) -> Option<usize> {
        let now = Time::from_seconds(2_000_000_000);
        let state = book.known().networks.state_of(Source::List(list), now);
        state.age_seconds.map(|_| state.networks)
    }

    #[test]
    fn what_is_broken_or_gone_never_replaces_what_is_good() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list");
        let other = folder.path().join("other");
        let shown = |path: &Path| path.display().to_string();
        let config = config(&[
            ("AnonymousIPList", &shown(&file)),
            ("AnonymousIPList", &shown(&other)),
        ]);
        let mut book = Book::open(&config, folder.path()).unwrap();
        assert!(!book.refresh());
        let anonymous = ManagedList::Anonymous;
        assert_eq!(blocks(&book, anonymous), None);
        assert_eq!(book.complaints(Source::List(anonymous)).len(), 2);

        std::fs::write(&file, "192.0.2.1\n192.0.2.2\n").unwrap();
        std::fs::write(&other, "198.51.100.0/24").unwrap();
        assert!(book.refresh());
        assert!(!book.refresh());
        assert_eq!(blocks(&book, anonymous), Some(3));
        assert!(book.complaints(Source::List(anonymous)).is_empty());

        std::fs::write(&file, "<html>moved</html>\n").unwrap();
        assert!(!book.refresh());
        assert_eq!(blocks(&book, anonymous), Some(3));
        let complaints = book.complaints(Source::List(anonymous)).join("\n");
        assert!(complaints.contains("the one before stays"), "{complaints}");

        std::fs::remove_file(&file).unwrap();
        assert!(!book.refresh());
        assert_eq!(blocks(&book, anonymous), Some(3));

        std::fs::write(&file, "# nobody\n").unwrap();
        assert!(book.refresh());
        assert_eq!(blocks(&book, anonymous), Some(1));
        assert!(book.complaints(Source::List(anonymous)).is_empty());
    }

    #[test]
    fn files_in_the_data_folder_are_found_and_need_not_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = Book::open(&NetworksConfig::default(), folder.path()).unwrap();
        assert!(!book.refresh());
        assert!(sources().all(|source| book.complaints(source).is_empty()));
        let hosting = Source::List(ManagedList::Hosting);
        let path = default_path(hosting, folder.path());
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        std::fs::write(path, "192.0.2.0/24 # a host").unwrap();
        let countries = default_path(Source::Countries, folder.path());
        std::fs::write(countries, "no database").unwrap();
        assert!(book.refresh());
        assert_eq!(blocks(&book, ManagedList::Hosting), Some(1));
        assert!(book.complaints(Source::Countries)[0].contains("no MaxMind DB"));
    }

    #[test]
    fn mistakes_name_the_key() {
        let mut config = config(&[
            ("TorList", "a"),
            (
                "HostingProviderIPList",
                "http://lists.example/hosting?key=1",
            ),
        ]);
        config.country_database = Some(String::new());
        config.refetch_seconds = 0;
        let mistakes = config.mistakes().join("\n");
        for word in [
            "networks.country_database",
            "networks.lists.TorList",
            "AWSManagedIPDDoSList",
            "networks.lists.HostingProviderIPList",
            "refetch_seconds",
        ] {
            assert!(mistakes.contains(word), "{word} is not in: {mistakes}");
        }
        assert!(!mistakes.contains("key=1"), "{mistakes}");
        config.allow_plain_http = true;
        assert!(
            !config
                .mistakes()
                .join("\n")
                .contains("lists.HostingProvider")
        );
        assert!(!format!("{:?}", config.shown()).contains("key=1"));
    }

    #[test]
    fn what_is_asked_is_read_from_metrics() {
        let text = "btz_network_list_asked{source=\"country\"} 1\n\
                    btz_network_list_asked{source=\"asn\"} 0\n";
        let asked = asked_by_metrics(text);
        assert_eq!(asked.into_iter().collect::<Vec<_>>(), [Source::Countries]);
    }
}
