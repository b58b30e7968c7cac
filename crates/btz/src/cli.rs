//! The command line. Exit codes: 0 fine, 1 findings, 2 usage or configuration, 3 failure.

pub(crate) mod audit;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use types::{Region, RequestId};

use crate::certificate::Name;
use crate::certificate::acme::{Acme, PUBLIC_DIRECTORY};
use crate::config::Config;
use crate::import::plan::OnConflict;
use crate::import::reading::ACTIONS;

/// Bartizan: what the AWS security services give inside AWS, for any application on any machine.
///
/// `btz protect http://127.0.0.1:3000` puts a load balancer with a web application firewall in
/// front of an application; the unmodified aws CLI changes its rules.
#[derive(Debug, Parser)]
#[command(
    name = "btz",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  btz demo                               see it work: a sample shop, attacks at it, what was refused
  btz protect http://127.0.0.1:3000      protect an application; listens on 127.0.0.1:8080
  btz explain 7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5
                                         why was this request refused?
  btz doctor                             is this machine ready, and if not, what to do"
)]
pub(crate) struct Cli {
    /// How results are shown.
    #[arg(long, global = true, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For eyes.
    Table,
    /// For machines.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Protect an application: proxy it, inspect every request, refuse attacks
    #[command(after_help = "\
Examples:
  btz protect http://127.0.0.1:3000
  btz protect http://127.0.0.1:3000 --listen 0.0.0.0:8080
  btz protect http://127.0.0.1:3000 --listen-tls 127.0.0.1:8443 --domain shop.test

SIGTERM and SIGINT let what is in flight end, and stop. SIGUSR2, or `btz upgrade`, starts the
program's file as it is now and hands over to it. Under systemd (packaging/btz.service) it says when
it is ready, reloads and stops, and gives signs of life; LISTEN_FDS is served.")]
    Protect(Protect),
    /// Run from a configuration file, as `protect` does from flags
    #[command(after_help = "\
Signals are as with `btz protect`; beside them SIGHUP reads the file again: a process with the new
configuration takes over, without refusing a connection. If the file has a mistake, the log says
which, and all goes on as it was. `data` and `store` cannot change so.")]
    Serve(Serve),
    /// Restart or upgrade the btz that runs, without refusing a connection or losing a request
    #[command(after_help = "\
The running process (of the same --data) starts the program's file as it is now, which reads the
configuration anew, and hands it the sockets that it listens on. When the new process serves, the old
one ends its connections and itself. If the new one does not come to serve, the old one goes on, and
why is printed. SIGUSR2 does the same; so does SIGHUP, for a btz that runs from a configuration file.

The data folder and the store cannot change so. The counters of rate-based rules start anew.

Example:
  install btz-0.2 /usr/local/bin/btz && btz upgrade --data /var/lib/bartizan")]
    Upgrade(Options),
    /// See it work: a sample application, attacks and benign requests at it, what was refused and why
    Demo(Demo),
    /// Say which rule refused a request, for which bytes of it, and how to let it pass
    #[command(after_help = "\
The id is in the header x-btz-request-id of every refused answer.

Example:
  btz explain 7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5")]
    Explain(Explain),
    /// Make here what a real account has: web ACLs, rule groups, sets, load balancers
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Check this machine: what is ready, what is not, and the command that repairs it
    Doctor(Options),
    /// Certificates for TLS: list, import, remove
    Certificate {
        #[command(subcommand)]
        command: CertificateCommand,
    },
    /// The seal that every secret at rest hangs on, and the slots that open it
    #[command(after_help = "\
Every secret that Bartizan keeps is wrapped under the seal's root, and the root under slots: any one
opens it. The first start makes a key file (slot 1), so that a service starts unattended, and a
recovery kit of three shares, two of which open the seal when the key file is lost.

These commands change DATA/seal.json, whether a btz runs or not; one that runs keeps what it opened,
and reads the new header at its next start (btz upgrade). A change is verified before the old header
goes, and can be interrupted at any point.")]
    Seal {
        #[command(subcommand)]
        command: SealCommand,
    },
    /// Backups: one file, verifiable without any secret, that restores to a bare machine
    #[command(after_help = "\
A backup holds all rows as they were at one moment, the seal's header, certificates, trust stores, the
audit log and the configuration. Keys and secrets in it are wrapped by the seal: to use it elsewhere
takes what opens the seal, such as the recovery kit's shares. It is signed; `verify` needs only the
file, and the fingerprint that `create` printed.

On a bare machine:
  btz backup verify btz.backup --fingerprint 1f3c...
  btz backup restore btz.backup --data /var/lib/bartizan --shares-file shares.txt
  btz seal recover --shares-file shares.txt --data /var/lib/bartizan")]
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// The record of every call to the APIs: read it, and prove that it is as it was written
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Check a configuration and print what is in force and why
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// List every AWS operation: implemented or not
    Coverage(Coverage),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  btz completions bash > /etc/bash_completion.d/btz")]
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read and check; print what is in force and where it came from
    Check(Options),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SealCommand {
    /// List the slots; exit code 1 when none opens by itself
    #[command(after_help = "Example:\n  btz seal status --data /var/lib/bartizan --output json")]
    Status(Options),
    /// Add a slot
    #[command(after_help = "\
Examples:
  btz seal add file --path /etc/bartizan/seal.key
  btz seal add passphrase
  btz seal add shamir --shares 3of5
  btz seal add pkcs11 --module /usr/lib/softhsm/libsofthsm2.so --token-label hsm \\
      --key-label btz-seal --make-key --pin-file /etc/bartizan/pin
  btz seal add tpm2 --pcrs 7
  btz seal add file --shares-file shares.txt      (no slot opens by itself)")]
    Add(Add),
    /// Remove a slot; the last one stays
    #[command(after_help = "Example:\n  btz seal remove 1")]
    Remove {
        /// Its number, as `btz seal status` lists it.
        id: u32,
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        options: Options,
    },
    /// Make a new root: who knows an old slot's secret opens nothing that is wrapped from now on
    #[command(after_help = "\
Key files get new keys, and share slots new shares, in DATA/recovery-kit.txt. Passphrases stay.

Example:
  btz seal rotate && btz upgrade")]
    Rotate {
        /// Keep the shares of a share slot, which --shares-file must hold, instead of making new ones.
        #[arg(long)]
        keep_shares: bool,
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        options: Options,
    },
    /// Open the seal with shares or a passphrase, and make a new key file
    #[command(after_help = "\
Example:
  btz seal recover --shares-file shares.txt && btz serve --config btz.toml")]
    Recover {
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Write a backup, of the btz that runs or of its data folder
    #[command(after_help = "\
The btz that runs with the data folder is asked for it, and serves on meanwhile; if none runs, the
folder is read. What was written is verified before it takes its name, in place of an older backup.

Example:
  btz backup create /backup/btz-$(date +%F).backup --data /var/lib/bartizan")]
    Create {
        /// The file to write.
        file: PathBuf,
        /// Put the seal's key file into the backup: who has the backup has every secret then.
        #[arg(long)]
        with_key_file: bool,
        /// Put access logs and WAF logs into it, too.
        #[arg(long)]
        with_logs: bool,
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        options: Options,
    },
    /// Check a backup, without any secret; exit code 1 when it is not whole
    #[command(after_help = "\
Example:
  btz backup verify btz.backup --fingerprint 1f3c... --output json")]
    Verify {
        /// The backup.
        file: PathBuf,
        /// The fingerprint that `btz backup create` printed: without it, it is not shown whose it is.
        #[arg(long, value_name = "HEX", value_parser = fingerprint)]
        fingerprint: Option<String>,
    },
    /// Make a data folder of a backup
    #[command(after_help = "\
Into a folder that is not there, or empty. With --replace, an installation is replaced in one step, and
kept beside its place; never by an older state of it, unless --allow-rollback says so.

Example:
  btz backup restore btz.backup --data /var/lib/bartizan --shares-file shares.txt")]
    Restore {
        /// The backup.
        file: PathBuf,
        /// Replace the installation that is there; it is kept beside.
        #[arg(long)]
        replace: bool,
        /// Even if it is newer than the backup.
        #[arg(long)]
        allow_rollback: bool,
        /// The fingerprint that `btz backup create` printed: a backup of another is refused.
        #[arg(long, value_name = "HEX", value_parser = fingerprint)]
        fingerprint: Option<String>,
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        options: Options,
    },
}

fn fingerprint(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let is_one = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one
        .then_some(text)
        .ok_or_else(|| "a fingerprint has 64 hexadecimal digits".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(subcommand)]
    pub(crate) slot: AddSlot,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The slot that is added.
#[derive(Debug, Subcommand)]
pub(crate) enum AddSlot {
    /// A file with a key, for its owner only: opens by itself
    File {
        /// Where the file is, or is to be made [default: beside the data folder].
        #[arg(long, value_name = "FILE")]
        path: Option<PathBuf>,
    },
    /// A passphrase, by Argon2id
    Passphrase {
        /// A file whose first line is the new passphrase; without it, it is asked for.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Shares, some of which open it; they are written to DATA/recovery-kit.txt
    Shamir {
        /// How many it takes, and of how many.
        #[arg(long, default_value = "2of3", value_parser = shares)]
        shares: (u8, u8),
    },
    /// A key of a PKCS#11 token, which never leaves it: opens by itself
    #[command(after_help = "\
A wrong PIN is tried once, and by a service that starts not even that, once the token says that one
failed: tokens lock after a few. Instead of the PIN's file, a service can be given the systemd
credential btz-seal-pin.")]
    Pkcs11 {
        /// The token's PKCS#11 module.
        #[arg(long, value_name = "FILE")]
        module: PathBuf,
        /// The token's label.
        #[arg(long, value_name = "LABEL")]
        token_label: String,
        /// The label of its key: AES of 256 bits, or RSA.
        #[arg(long, value_name = "LABEL")]
        key_label: String,
        /// Make the key.
        #[arg(long)]
        make_key: bool,
        /// A file whose first line is the PIN, for its owner only; read at every start.
        #[arg(long, value_name = "FILE")]
        pin_file: PathBuf,
    },
    /// This machine's TPM 2.0, as long as it is booted as it is now: opens by itself
    #[command(after_help = "\
Registers: 0 and 2 are the firmware and its extensions, 4 the boot loader, 7 the state of Secure Boot and
who signed what was booted. A firmware update changes 0, a new kernel's image 4; 7 stays. When they
change, the other slots still open: then remove this slot, and add it anew.

Example:
  btz seal add tpm2 --pcrs 7")]
    Tpm2 {
        /// The kernel's resource manager of the TPM, or tcp:HOST:PORT of an emulator.
        #[arg(long, value_name = "DEVICE", default_value = "/dev/tpmrm0")]
        device: String,
        /// The registers that must be as they are now, such as 7 or 0+2+7.
        #[arg(long, value_name = "PCRS", default_value = "7", value_parser = pcrs)]
        pcrs: Pcrs,
    },
}

/// Registers of a TPM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pcrs(pub(crate) Vec<u8>);

fn pcrs(text: &str) -> Result<Pcrs, String> {
    let all: Option<Vec<u8>> = text
        .split(['+', ','])
        .map(|word| word.parse().ok().filter(|pcr| *pcr <= token::PCR_MAX))
        .collect();
    all.map(Pcrs)
        .ok_or_else(|| format!("registers read 7 or 0+2+7, each 0 to {}", token::PCR_MAX))
}

/// What opens the seal when no slot does by itself.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Unlock {
    /// A file whose first line is a slot's passphrase.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// A file with enough shares of a slot, one a line.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) shares_file: Option<PathBuf>,
}

fn shares(text: &str) -> Result<(u8, u8), String> {
    let parts = text.split_once("of");
    let number = |text: &str| text.parse::<u8>().ok();
    parts
        .and_then(|(threshold, shares)| Some((number(threshold)?, number(shares)?)))
        .ok_or_else(|| "reads KofN, such as 2of3".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum CertificateCommand {
    /// List certificates: their names, when they expire, how their renewal stands
    List(Options),
    /// Keep a certificate and its key; a running btz takes it over within seconds
    #[command(after_help = "\
Example:
  btz certificate import shop --cert fullchain.pem --key privkey.pem
  aws elbv2 add-listener-certificates --listener-arn ARN \\
    --certificates CertificateArn=arn:aws:acm:us-east-1:ACCOUNT:certificate/shop")]
    Import {
        /// Its name, the last part of its ARN; a certificate of that name is replaced.
        name: Name,
        #[command(flatten)]
        options: Options,
    },
    /// Remove a certificate and its key; listeners that name it show the edge's own instead
    Remove {
        /// Its name.
        name: Name,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Import from AWS, by your own credentials
    #[command(after_help = import_aws_help())]
    Aws(ImportAws),
}

const IMPORT_AWS: &str = "\
Web ACLs with their rules, rule groups, IP sets, regex pattern sets and logging, and application load
balancers with listeners, rules, target groups, targets, attributes and tags are made in the btz that
runs. Nothing in AWS is changed: every call is a List, Get or Describe. What is here already and the
same is left alone, so it may be run again; what is not imported is listed with the reason. A listener
opens only when the web ACL that protects its load balancer in AWS protects it here.

Credentials are found as the aws CLI finds them: --profile, the AWS_... variables, ~/.aws/credentials
and ~/.aws/config (keys, session tokens, credential_process). Single sign-on and roles:
  eval \"$(aws configure export-credentials --profile NAME --format env)\"

Exit codes: 0 all is imported, 1 something is not, 2 usage, 3 failure.

Examples:
  btz import aws --region eu-west-1 --dry-run
  btz import aws --profile prod --region eu-west-1 --region us-east-1 \\
    --listener-port 80=8080 --listener-port 443=8443
  btz certificate import shop --cert fullchain.pem --key privkey.pem && btz import aws \\
    --certificate arn:aws:acm:eu-west-1:111122223333:certificate/0c6f...=shop

The smallest policy that it needs:
  {\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Resource\": \"*\", \"Action\": [
";

fn import_aws_help() -> String {
    let actions: Vec<String> = ACTIONS
        .iter()
        .map(|action| format!("    \"{action}\""))
        .collect();
    format!("{IMPORT_AWS}{}\n  ]}}]}}", actions.join(",\n"))
}

#[derive(Debug, Args)]
pub(crate) struct ImportAws {
    /// Profile of the aws CLI's files [default: AWS_PROFILE, or default].
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region to read; may be given several times. Its items are made in the same Region here
    /// [default: AWS_REGION, or the profile's].
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<Region>,
    /// Ask this server instead of AWS [default: AWS_ENDPOINT_URL, or AWS itself].
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// Import web ACLs of CloudFront too, for load balancers here (scope REGIONAL, in us-east-1);
    /// without it they are listed as not imported.
    #[arg(long)]
    pub(crate) cloudfront: bool,
    /// What to do when something else is here under a name. What refers to an item that is left out
    /// is left out too.
    #[arg(long, value_enum, default_value_t = OnConflict::Skip)]
    pub(crate) on_conflict: OnConflict,
    /// Port of listeners in AWS and the one that they get here, such as 80=8080; may be given several
    /// times [default: the same ports].
    #[arg(long = "listener-port", value_name = "PORT=PORT", value_parser = port_pair)]
    pub(crate) listener_ports: Vec<(u16, u16)>,
    /// ARN of a certificate in AWS and the name of the one here that stands for it; may be given
    /// several times [default: one of the same name, or for the same domains].
    #[arg(long = "certificate", value_name = "ARN=NAME", value_parser = certificate_pair)]
    pub(crate) certificates: Vec<(String, String)>,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The most items of a Region that are read.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub(crate) max_items: usize,
    #[command(flatten)]
    pub(crate) options: Options,
}

fn port_pair(text: &str) -> Result<(u16, u16), String> {
    let pair = text.split_once('=').and_then(|(there, here)| {
        let (there, here) = (there.parse().ok()?, here.parse().ok()?);
        (there > 0 && here > 0).then_some((there, here))
    });
    pair.ok_or_else(|| "reads PORT=PORT, such as 80=8080".to_owned())
}

fn certificate_pair(text: &str) -> Result<(String, String), String> {
    let pair = text
        .rsplit_once('=')
        .filter(|(arn, name)| arn.starts_with("arn:") && !name.is_empty());
    let (arn, name) = pair.ok_or("reads ARN=NAME; the names are those of btz certificate list")?;
    Ok((arn.to_owned(), name.to_owned()))
}

#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// The application: http://HOST:PORT or https://HOST:PORT.
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) options: Options,
    /// Development only: the admin listener's POST /reset forgets all state but the root
    /// credentials.
    #[arg(long)]
    pub(crate) dev_reset: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) options: Options,
    /// Development only: the admin listener's POST /reset forgets all state but the root
    /// credentials.
    #[arg(long)]
    pub(crate) dev_reset: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Stay up after the attacks, for the aws CLI and curl; stop with Ctrl-C.
    #[arg(long)]
    pub(crate) stay: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The value of x-btz-request-id.
    pub(crate) id: RequestId,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Args)]
pub(crate) struct Coverage {
    /// One service only, such as wafv2.
    pub(crate) service: Option<String>,
}

/// Options that override the configuration file, the same everywhere.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Options {
    /// Configuration file (TOML).
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// HTTP listener of the load balancer [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// HTTPS listener of the load balancer [default: none].
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen_tls: Option<SocketAddr>,
    /// Certificate chain for HTTPS (PEM); without it a local CA issues one.
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,
    /// Private key of the certificate (PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// A name the local CA's certificate is for; may be given several times.
    #[arg(long = "domain", value_name = "NAME")]
    pub(crate) domains: Vec<String>,
    /// Have a certificate for every --domain by ACME, and renew it: of Let's Encrypt, or of the
    /// authority whose directory is given. You agree to its terms of service by this.
    #[arg(
        long,
        value_name = "DIRECTORY",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = PUBLIC_DIRECTORY
    )]
    pub(crate) acme: Option<String>,
    /// The AWS APIs [default: 127.0.0.1:4600].
    #[arg(long, value_name = "ADDR")]
    pub(crate) api: Option<SocketAddr>,
    /// Health and metrics [default: 127.0.0.1:4601].
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin: Option<SocketAddr>,
    /// State, credentials and logs [default: ~/.local/share/bartizan].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Where rows are kept: redb, memory, or postgresql://... [default: redb].
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// Log the requests of all load balancers to this bucket, a folder of the data folder's buckets
    /// [default: none].
    #[arg(long, value_name = "BUCKET")]
    pub(crate) access_logs: Option<String>,
    /// Send traces to this OpenTelemetry collector, such as http://127.0.0.1:4318 [default: none].
    #[arg(long, value_name = "URL")]
    pub(crate) traces: Option<String>,
    /// Database of countries (MaxMind DB), file or URL [default: networks/country.mmdb in the data
    /// folder].
    #[arg(long, value_name = "PLACE")]
    pub(crate) country_database: Option<String>,
    /// Database of autonomous systems (MaxMind DB), file or URL [default: networks/asn.mmdb].
    #[arg(long, value_name = "PLACE")]
    pub(crate) asn_database: Option<String>,
    /// A file or URL of a managed rule's list, such as AnonymousIPList=/etc/btz/tor.txt; may be
    /// given several times.
    #[arg(long = "ip-list", value_name = "RULE=PLACE", value_parser = ip_list)]
    pub(crate) ip_lists: Vec<(String, String)>,
    /// Bytes of a body that rules look at, where their web ACL asks for fewer [default: 0].
    #[arg(long, value_name = "BYTES")]
    pub(crate) body_inspection_limit: Option<usize>,
}

fn ip_list(text: &str) -> Result<(String, String), String> {
    let (name, place) = text
        .split_once('=')
        .ok_or("reads RULE=PLACE, such as AnonymousIPList=/etc/btz/tor.txt")?;
    Ok((name.to_owned(), place.to_owned()))
}

impl Options {
    /// The file's configuration, or the defaults, with these options over it; not yet checked.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        let over = self.clone();
        config.listen = over.listen.unwrap_or(config.listen);
        config.listen_tls = over.listen_tls.or(config.listen_tls);
        config.cert = over.cert.or(config.cert);
        config.key = over.key.or(config.key);
        if !over.domains.is_empty() {
            config.domains = over.domains;
        }
        config.api = over.api.unwrap_or(config.api);
        config.admin = over.admin.unwrap_or(config.admin);
        config.data = over.data.unwrap_or(config.data);
        config.store = over.store.unwrap_or(config.store);
        if let Some(directory) = over.acme {
            let kept = config.acme.take();
            let mut acme = kept.unwrap_or_else(|| Acme::public(directory.clone()));
            acme.directory = directory;
            acme.terms_of_service_agreed = true;
            config.acme = Some(acme);
        }
        if let Some(acme) = &mut config.acme
            && acme.domains.is_empty()
        {
            acme.domains.clone_from(&config.domains);
        }
        let networks = &mut config.networks;
        let countries = networks.country_database.take();
        networks.country_database = over.country_database.or(countries);
        let asns = networks.asn_database.take();
        networks.asn_database = over.asn_database.or(asns);
        for (name, _) in &over.ip_lists {
            networks.lists.remove(name);
        }
        for (name, place) in over.ip_lists {
            networks.lists.entry(name).or_default().push(place);
        }
        config.body_inspection_limit_bytes = over
            .body_inspection_limit
            .unwrap_or(config.body_inspection_limit_bytes);
        config.access_logs = over.access_logs.or(config.access_logs);
        config.traces = over.traces.or(config.traces);
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_no_request_id_is_a_mistake_of_usage() {
        let error = Cli::try_parse_from(["btz", "explain", "nope"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(
            error.to_string().contains("a request id is a UUID"),
            "{error}"
        );
    }

    #[test]
    fn the_help_of_import_has_the_policy_and_it_only_reads() {
        let help = import_aws_help();
        let policy = help.get(help.find('{').unwrap()..).unwrap();
        let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
        let named = policy.pointer("/Statement/0/Action").unwrap();
        assert_eq!(*named, serde_json::json!(ACTIONS));
        let reads = |action: &str| {
            let (_, operation) = action.split_once(':').unwrap();
            ["Get", "List", "Describe"]
                .iter()
                .any(|word| operation.starts_with(word))
        };
        assert!(ACTIONS.iter().all(|action| reads(action)));
        assert_eq!(port_pair("80=8080"), Ok((80, 8080)));
        assert!(port_pair("80=0").is_err());
        assert!(certificate_pair("arn:aws:acm:r:1:certificate/x=shop").is_ok());
        assert!(certificate_pair("shop").is_err());
    }

    #[test]
    fn a_flag_overrides_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("btz.toml");
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:1000\"\napi = \"127.0.0.1:1001\"\n\
             [networks.lists]\nAnonymousIPList = [\"old\"]\nHostingProviderIPList = [\"kept\"]\n",
        )
        .unwrap();
        let options = Options {
            config: Some(file),
            api: Some("127.0.0.1:2000".parse().unwrap()),
            ip_lists: ["one", "two"]
                .map(|place| ("AnonymousIPList".to_owned(), place.to_owned()))
                .to_vec(),
            ..Options::default()
        };
        let config = options.config().unwrap();
        assert_eq!(config.listen.port(), 1000);
        assert_eq!(config.api.port(), 2000);
        assert_eq!(config.networks.lists["AnonymousIPList"], ["one", "two"]);
        assert_eq!(config.networks.lists["HostingProviderIPList"], ["kept"]);
    }
}
