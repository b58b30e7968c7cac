//! `btz seal`: the slots that open the seal. It works on the seal's header in the data folder, whether a
//! btz runs or not: one that runs keeps what it opened, and finds the new header at its next start.

use std::fs::File;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use keys::seal::{Header, PassphraseParameters, Root, Seal, SlotId, SlotKind};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde::Serialize;
use token::Caution;
use types::{Entropy, Secret};
use zeroize::Zeroizing;

use crate::backup::vouch;
use crate::cli::{AddSlot, Options, Output, SealCommand, Unlock};
use crate::seal::{
    self, DeviceSlot, Given, HeaderFile, Pkcs11, RecoveryKit, Tpm2, check_is_ours, check_rotates,
    default_key_file, is_in_data, is_taken, key_file_slot, make_afresh, make_key_file, make_next,
    put_in_stead, settle_key_files,
};
use crate::system::SystemEntropy;
use crate::{Exit, UsageError, complain, say, sealed_file, table};

/// `btz seal …`
pub(crate) fn seal(command: &SealCommand, output: Output) -> Result<Exit> {
    match command {
        SealCommand::Status(options) => status(options, output),
        SealCommand::Add(add) => Change::begin(&add.options)?.add(&add.slot, &add.unlock),
        SealCommand::Remove {
            id,
            unlock,
            options,
        } => Change::begin(options)?.remove(*id, unlock),
        SealCommand::Rotate {
            keep_shares,
            unlock,
            options,
        } => Change::begin(options)?.rotate(unlock, *keep_shares),
        SealCommand::Recover { unlock, options } => Change::begin(options)?.recover(unlock),
    }
}

#[derive(Debug, Serialize)]
struct SlotStatus {
    id: SlotId,
    kind: String,
    opened_by: String,
}

#[derive(Debug, Serialize)]
struct Status {
    installation: String,
    epoch: u64,
    generations: Vec<u32>,
    /// The slot that opens unattended.
    opens_by_itself: Option<SlotId>,
    /// Why none does.
    sealed: Option<String>,
    slots: Vec<SlotStatus>,
}

/// Exit code 1 when no slot opens by itself.
fn status(options: &Options, output: Output) -> Result<Exit> {
    let data = options.config()?.data;
    let header = read(&HeaderFile::of(&data))?;
    let (opens, sealed) = match seal::unattended(&data, &header, Caution::Attended) {
        Ok((id, _)) => (Some(id), None),
        Err(error) => (None, Some(format!("{error:#}"))),
    };
    let status = Status {
        installation: header.installation().to_owned(),
        epoch: header.epoch(),
        generations: header.generations(),
        opens_by_itself: opens,
        sealed,
        slots: header
            .slots()
            .iter()
            .map(|slot| SlotStatus {
                id: slot.id,
                kind: slot.kind.to_string(),
                opened_by: opened_by(&slot.kind),
            })
            .collect(),
    };
    match output {
        Output::Json => say(&serde_json::to_string_pretty(&status)?),
        Output::Table => show(&status),
    }
    Ok(if status.sealed.is_some() {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

fn opened_by(kind: &SlotKind) -> String {
    match kind {
        SlotKind::File { path } => path.clone(),
        SlotKind::Passphrase(_) => "a passphrase".to_owned(),
        SlotKind::Shamir(set) => format!("any {} of {} shares", set.threshold, set.shares),
        SlotKind::Device { device, .. } => match DeviceSlot::of(kind) {
            Ok(known) => known.to_string(),
            Err(_) => device.clone(),
        },
    }
}

fn show(status: &Status) {
    let rows: Vec<Vec<String>> = status
        .slots
        .iter()
        .map(|slot| {
            let by_itself = status.opens_by_itself == Some(slot.id);
            vec![
                slot.id.to_string(),
                slot.kind.clone(),
                slot.opened_by.clone(),
                if by_itself { "opens by itself" } else { "" }.to_owned(),
            ]
        })
        .collect();
    say(&table::table(&["slot", "kind", "opened by", ""], &rows));
    let (installation, epoch) = (&status.installation, status.epoch);
    let generation = status.generations.last().copied().unwrap_or_default();
    say(&format!(
        "installation {installation}, epoch {epoch}, generation {generation}"
    ));
    if let Some(sealed) = &status.sealed {
        say(&format!("SEALED: {sealed}"));
    }
}

fn read(file: &HeaderFile) -> Result<Header> {
    let none = || {
        let path = file.path();
        UsageError(format!(
            "{}: there is no seal yet; the first start makes it",
            path.display()
        ))
    };
    Ok(file.read()?.ok_or_else(none)?)
}

/// A change of the header, alone with it.
struct Change {
    data: PathBuf,
    file: HeaderFile,
    header: Header,
    entropy: Arc<dyn Entropy>,
    _lock: File,
}

impl Change {
    fn begin(options: &Options) -> Result<Self> {
        let data = options.config()?.data;
        let file = HeaderFile::of(&data);
        read(&file)?;
        let lock = file.lock()?;
        let header = read(&file)?;
        Ok(Self {
            header,
            data,
            file,
            entropy: Arc::new(SystemEntropy::default()),
            _lock: lock,
        })
    }

    fn open(&self, unlock: &Unlock) -> Result<(SlotId, Root)> {
        seal::attended(&self.data, &self.header, &given(unlock)?)
    }

    fn replace(&self, header: &Header, proofs: &[(SlotId, Secret)]) -> Result<()> {
        self.file.replace(header, proofs, &mut |_| Ok(()))
    }

    fn add(&self, slot: &AddSlot, unlock: &Unlock) -> Result<Exit> {
        let (_, root) = self.open(unlock)?;
        let entropy = self.entropy.as_ref();
        let id = match slot {
            AddSlot::File { path } => {
                let path = match path {
                    Some(path) => path.clone(),
                    None => default_key_file(&self.data),
                };
                let kind = key_file_slot(&path)?;
                let mut slots = self.header.slots().iter();
                if let Some(slot) = slots.find(|slot| is_taken(&slot.kind, &kind)) {
                    let why = format!("{} is slot {}'s already", path.display(), slot.id);
                    return Err(UsageError(why).into());
                }
                let secret = make_key_file(&path, entropy)?;
                let (header, id) = self.header.with_slot(&root, kind, &secret, entropy)?;
                self.replace(&header, &[(id, secret)])?;
                self.warn_of(&path);
                id
            }
            AddSlot::Passphrase {
                new_passphrase_file,
            } => {
                let passphrase = new_passphrase(new_passphrase_file.as_deref())?;
                let parameters = PassphraseParameters::new(entropy)?;
                let secret = parameters.secret(&passphrase)?;
                let kind = SlotKind::Passphrase(parameters);
                let (header, id) = self.header.with_slot(&root, kind, &secret, entropy)?;
                self.replace(&header, &[(id, secret)])?;
                id
            }
            AddSlot::Pkcs11 {
                module,
                token_label,
                key_label,
                make_key,
                pin_file,
            } => {
                let slot = Pkcs11::new(module, token_label, key_label, pin_file)?;
                if *make_key {
                    slot.make_key(&self.data)?;
                }
                self.add_device(&root, DeviceSlot::Pkcs11(slot))?
            }
            AddSlot::Tpm2 { device, pcrs } => {
                self.add_device(&root, DeviceSlot::Tpm2(Tpm2::new(device, &pcrs.0)))?
            }
            AddSlot::Shamir { shares } => {
                let (header, id, kit) = seal::with_recovery(&self.header, &root, *shares, entropy)?;
                self.refuse_kit()?;
                // Before the header: shares of no slot do no harm, a slot without shares opens never.
                let place = kit.write(&self.data)?;
                self.replace(&header, &[(id, kit.secret()?)])?;
                say(&told_of_kit(&place));
                id
            }
        };
        say(&format!("slot {id} is in force"));
        Ok(Exit::Fine)
    }

    fn add_device(&self, root: &Root, device: DeviceSlot) -> Result<SlotId> {
        let (kind, secret) = self.device(device)?;
        let entropy = self.entropy.as_ref();
        let (header, id) = self.header.with_slot(root, kind, &secret, entropy)?;
        self.replace(&header, &[(id, secret)])?;
        Ok(id)
    }

    /// A new secret in a device's keeping: what the header is to say of it has opened it once.
    fn device(&self, device: DeviceSlot) -> Result<(SlotKind, Secret)> {
        let installation = self.header.installation();
        let secret = keys::seal::random_secret(self.entropy.as_ref())?;
        let kind = device.keeping(&self.data, installation, &secret)?;
        let again = DeviceSlot::of(&kind)?;
        let opened = again.secret(&self.data, installation, Caution::Attended)?;
        let same =
            aws_lc_rs::constant_time::verify_slices_are_equal(opened.expose(), secret.expose());
        if same.is_err() {
            bail!("{again} does not give back what it was given: it is not used");
        }
        Ok((kind, secret))
    }

    fn remove(&self, id: SlotId, unlock: &Unlock) -> Result<Exit> {
        let (by, root) = self.open(unlock)?;
        let header = self.header.without_slot(&root, id)?;
        self.replace(&header, &[])?;
        if by == id {
            complain("the slot that opened the seal just now is the one that is gone");
        }
        if seal::unattended(&self.data, &header, Caution::Unattended).is_err() {
            complain(
                "no slot opens by itself any more: the next start is sealed (btz seal recover)",
            );
        }
        say(&format!(
            "slot {id} is gone. Who has its secret and an old copy of {} still has the root: btz seal \
             rotate makes a new one",
            self.file.path().display()
        ));
        Ok(Exit::Fine)
    }

    /// A new root. Key files get new keys, devices new secrets to keep, share slots new shares; a
    /// passphrase stays what it is, and is asked for, because only it can make its slot anew.
    fn rotate(&self, unlock: &Unlock, keep_shares: bool) -> Result<Exit> {
        let given = given(unlock)?;
        let (_, root) = seal::attended(&self.data, &self.header, &given)?;
        let entropy = self.entropy.as_ref();
        for slot in self.header.slots() {
            if let SlotKind::File { path } = &slot.kind {
                check_is_ours(&self.data, slot.id, Path::new(path))?;
            }
        }
        // Before anything is made for it.
        root.check_rotates()?;
        for (path, aside) in settle_key_files(&self.header)? {
            complain(&told_of_aside(&path, &aside));
        }
        let slots = self.header.slots();
        if !keep_shares
            && slots
                .iter()
                .any(|slot| matches!(slot.kind, SlotKind::Shamir(_)))
        {
            self.refuse_kit()?;
        }
        for slot in slots {
            if let SlotKind::File { path } = &slot.kind {
                check_rotates(&self.header, Path::new(path))?;
            }
        }
        let mut slots = Vec::new();
        let mut moved: Vec<(PathBuf, Secret)> = Vec::new();
        let mut counts = None;
        for slot in self.header.slots() {
            match &slot.kind {
                SlotKind::File { path } => {
                    let path = PathBuf::from(path);
                    // Headers of before 2026-12 may name a file twice: it holds one key.
                    let known = moved.iter().find(|(of, _)| *of == path);
                    let secret = match known {
                        Some((_, secret)) => secret.clone(),
                        None => make_next(&path, entropy)?,
                    };
                    slots.push((slot.kind.clone(), secret.clone()));
                    if known.is_none() {
                        moved.push((path, secret));
                    }
                }
                SlotKind::Passphrase(_) => {
                    let passphrase = match &given.passphrase {
                        Some(passphrase) => passphrase.clone(),
                        None => prompt(&format!("Passphrase of slot {}: ", slot.id))?,
                    };
                    let SlotKind::Passphrase(old) = &slot.kind else {
                        continue;
                    };
                    let opened = self.header.open(slot.id, &old.secret(&passphrase)?);
                    opened.with_context(|| format!("the passphrase of slot {}", slot.id))?;
                    let parameters = PassphraseParameters::new(entropy)?;
                    let secret = parameters.secret(&passphrase)?;
                    slots.push((SlotKind::Passphrase(parameters), secret));
                }
                SlotKind::Shamir(set) if keep_shares => {
                    let (of, secret) = keys::seal::ShareSet::combine(&given.shares)
                        .context("--keep-shares needs enough of them: --shares-file FILE")?;
                    if of != *set {
                        bail!("the shares are not of slot {}: it would be lost", slot.id);
                    }
                    slots.push((slot.kind.clone(), secret));
                }
                SlotKind::Shamir(set) => counts = Some((set.threshold, set.shares)),
                SlotKind::Device { .. } => {
                    let device = DeviceSlot::of(&slot.kind)?;
                    slots.push(self.device(device).with_context(|| {
                        format!("slot {} ({}): remove it, or mend it", slot.id, slot.kind)
                    })?);
                }
            }
        }
        let kept: Vec<Secret> = slots.iter().map(|(_, secret)| secret.clone()).collect();
        let (mut header, new_root) = self.header.rotated(&root, slots, entropy)?;
        let mut proofs: Vec<(SlotId, Secret)> = header
            .slots()
            .iter()
            .map(|slot| slot.id)
            .zip(kept)
            .collect();
        let mut told = None;
        if let Some(counts) = counts {
            let (with, id, kit) = seal::with_recovery(&header, &new_root, counts, entropy)?;
            told = Some(kit.write(&self.data)?);
            header = with;
            proofs.push((id, kit.secret()?));
        }
        self.replace(&header, &proofs)?;
        for (path, _) in moved {
            if let Some(aside) = put_in_stead(&self.header, &path)? {
                complain(&told_of_aside(&path, &aside));
            }
        }
        let generation = new_root.generation();
        say(&format!(
            "generation {generation} is in force from the next start on (btz upgrade); what older \
             generations wrapped still opens"
        ));
        if let Some(place) = told {
            say(&told_of_kit(&place));
        }
        Ok(Exit::Fine)
    }

    /// The key file is lost or another's: with shares or a passphrase a new one is made, and the slots
    /// of key files that do not open are removed. The epoch is raised above any that was seen.
    fn recover(&self, unlock: &Unlock) -> Result<Exit> {
        let mut given = given(unlock)?;
        if given.shares.is_empty() && given.passphrase.is_none() {
            given = self.asked()?;
        }
        let (by, root) = seal::attended(&self.data, &self.header, &given)?;
        // Opened, it was checked who signed what was restored here.
        let was_awaited = vouch::is_awaited(&self.data);
        let entropy = self.entropy.as_ref();
        let path = default_key_file(&self.data);
        let (secret, aside) = make_afresh(&self.header, &path, entropy)?;
        if let Some(aside) = aside {
            complain(&told_of_aside(&path, &aside));
        }
        let kind = key_file_slot(&path)?;
        let raised = self.header.raised(&root)?;
        let (mut header, id) = raised.with_slot(&root, kind, &secret, entropy)?;
        for slot in self.header.slots() {
            if matches!(slot.kind, SlotKind::File { .. }) {
                header = header.without_slot(&root, slot.id)?;
            }
        }
        self.replace(&header, &[(id, secret)])?;
        if let Some(aside) = put_in_stead(&self.header, &path)? {
            complain(&told_of_aside(&path, &aside));
        }
        self.warn_of(&path);
        if was_awaited {
            vouch::settle(&self.data)?;
            say("the installation itself signed the backup that was restored here");
        }
        let seal = Seal::sealed(Arc::clone(&self.entropy));
        seal.open(root);
        if sealed_file::open_credentials(&self.data, &seal)? {
            say("the root credentials of the backup that was restored here are in force");
        }
        say(&format!(
            "slot {by} opened the seal; slot {id} opens it by itself from now on, with {}",
            path.display()
        ));
        Ok(Exit::Fine)
    }

    /// Shares or a passphrase, asked for on the terminal.
    fn asked(&self) -> Result<Given> {
        let set = self
            .header
            .slots()
            .iter()
            .find_map(|slot| match &slot.kind {
                SlotKind::Shamir(set) => Some(set.threshold),
                _ => None,
            });
        let Some(threshold) = set else {
            let passphrase = Some(prompt("Passphrase: ")?);
            return Ok(Given {
                passphrase,
                ..Given::default()
            });
        };
        let mut shares = Vec::new();
        while shares.len() < usize::from(threshold) {
            let line = prompt(&format!("Share {} of {threshold}: ", shares.len() + 1))?;
            let text = std::str::from_utf8(line.expose()).context("a share is text")?;
            match text.parse() {
                Ok(share) => shares.push(share),
                Err(error) => complain(&format!("{error}")),
            }
        }
        Ok(Given {
            shares,
            ..Given::default()
        })
    }

    /// A kit that is still there may be the only copy of another slot's shares.
    fn refuse_kit(&self) -> Result<()> {
        let place = RecoveryKit::place(&self.data);
        if place.exists() {
            let why = format!(
                "{} is still there: move it away first, it may be the only copy of its shares",
                place.display()
            );
            return Err(UsageError(why).into());
        }
        Ok(())
    }

    fn warn_of(&self, path: &Path) {
        if is_in_data(&self.data, path) {
            complain(&format!(
                "{} lies in the data folder: a copy of the folder opens the seal. Better: btz seal add \
                 file --path PATH, elsewhere",
                path.display()
            ));
        }
    }
}

fn told_of_aside(path: &Path, aside: &Path) -> String {
    format!(
        "the key that lay in {} opened nothing here: it is in {} now; delete it unless it is another \
         installation's",
        path.display(),
        aside.display()
    )
}

fn told_of_kit(place: &Path) -> String {
    format!(
        "the shares are in {}: print them, give them to different hands, and delete the file",
        place.display()
    )
}

pub(super) fn given(unlock: &Unlock) -> Result<Given> {
    Ok(Given {
        passphrase: unlock
            .passphrase_file
            .as_deref()
            .map(seal::passphrase_of)
            .transpose()?,
        shares: match &unlock.shares_file {
            Some(path) => seal::shares_of(path)?,
            None => Vec::new(),
        },
    })
}

fn new_passphrase(file: Option<&Path>) -> Result<Secret> {
    let passphrase = match file {
        Some(path) => seal::passphrase_of(path)?,
        None => {
            let first = prompt("New passphrase: ")?;
            let second = prompt("Again: ")?;
            let same =
                aws_lc_rs::constant_time::verify_slices_are_equal(first.expose(), second.expose());
            if same.is_err() {
                return Err(UsageError("the two are not the same".to_owned()).into());
            }
            first
        }
    };
    PassphraseParameters::check(&passphrase)?;
    Ok(passphrase)
}

/// A line from the terminal, without showing it.
fn prompt(question: &str) -> Result<Secret> {
    let terminal = std::io::stdin();
    if !terminal.is_terminal() {
        let why = "there is no terminal to ask on: give --passphrase-file or --shares-file";
        return Err(UsageError(why.to_owned()).into());
    }
    let before = tcgetattr(&terminal)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    complain(question);
    tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
    let mut line = Zeroizing::new(String::with_capacity(4096));
    let read = terminal.read_line(&mut line);
    tcsetattr(&terminal, OptionalActions::Flush, &before)?;
    read?;
    Ok(Secret::new(
        line.trim_end_matches(['\r', '\n']).as_bytes().to_vec(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An installation, and its shares outside of it.
    fn installation(folder: &Path) -> (PathBuf, PathBuf) {
        let data = folder.join("data");
        let opened = seal::open(&data, Arc::new(SystemEntropy::default())).unwrap();
        assert_eq!(opened.sealed, None);
        let kit = folder.join("kit.txt");
        std::fs::rename(RecoveryKit::place(&data), &kit).unwrap();
        (data, kit)
    }

    fn recover(data: &Path, kit: &Path) {
        let command = SealCommand::Recover {
            unlock: Unlock {
                passphrase_file: None,
                shares_file: Some(kit.to_owned()),
            },
            options: Options {
                data: Some(data.to_owned()),
                ..Options::default()
            },
        };
        seal(&command, Output::Table).unwrap();
    }

    fn header(data: &Path) -> Header {
        read(&HeaderFile::of(data)).unwrap()
    }

    fn opens(data: &Path, key: &[u8]) -> bool {
        let (header, secret) = (header(data), Secret::new(key.to_vec()));
        let mut slots = header.slots().iter();
        slots.any(|slot| header.open(slot.id, &secret).is_ok())
    }

    /// The header of a rotation is in force; its key lies beside, or is lost.
    fn interrupted_rotation(data: &Path) -> Vec<u8> {
        let (file, entropy) = (HeaderFile::of(data), SystemEntropy::default());
        let old = header(data);
        let (_, root) = seal::unattended(data, &old, Caution::Attended).unwrap();
        let key = default_key_file(data);
        let stale = std::fs::read(&key).unwrap();
        let secret = make_next(&key, &entropy).unwrap();
        let slots = vec![(key_file_slot(&key).unwrap(), secret.clone())];
        let (new, root) = old.rotated(&root, slots, &entropy).unwrap();
        let (new, id, kit) = seal::with_recovery(&new, &root, (2, 3), &entropy).unwrap();
        kit.write(data).unwrap();
        let first = new.slots()[0].id;
        let proofs = [(first, secret), (id, kit.secret().unwrap())];
        file.replace(&new, &proofs, &mut |_| Ok(())).unwrap();
        stale
    }

    #[test]
    fn recovery_after_an_interrupted_rotation_makes_a_new_key() {
        for is_lost in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let (data, _) = installation(folder.path());
            let stale = interrupted_rotation(&data);
            let key = default_key_file(&data);
            let next = folder.path().join("data.seal-key.next");
            let beside = std::fs::read(&next).unwrap();
            if is_lost {
                std::fs::remove_file(&next).unwrap();
            }
            recover(&data, &RecoveryKit::place(&data));
            let made = std::fs::read(&key).unwrap();
            assert!(made != stale && made != beside);
            assert!(opens(&data, &made));
            assert!(!opens(&data, &stale), "the key that was to go opens again");
            assert!(!opens(&data, &beside));
            assert!(!next.exists());
            let header = header(&data);
            seal::unattended(&data, &header, Caution::Unattended).unwrap();
        }
    }

    #[test]
    fn recovery_neither_takes_nor_loses_another_s_key() {
        for there in [vec![7; 32], b"cut".to_vec()] {
            let folder = tempfile::tempdir().unwrap();
            let (data, kit) = installation(folder.path());
            let key = default_key_file(&data);
            crate::private_file::write(&key, &there).unwrap();
            recover(&data, &kit);
            let made = std::fs::read(&key).unwrap();
            assert!(made != there && opens(&data, &made));
            let names = std::fs::read_dir(folder.path()).unwrap();
            let kept = names.map(|entry| entry.unwrap().path()).find(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                name.starts_with("data.seal-key.before-")
            });
            assert_eq!(std::fs::read(kept.unwrap()).unwrap(), there);
            // One's own goes, as in a rotation.
            recover(&data, &kit);
            assert_ne!(std::fs::read(&key).unwrap(), made);
            assert!(!opens(&data, &made));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
        }
    }

    /// Killed between the new header and the key file's place, where another's key lies.
    fn interrupted_recovery(data: &Path, kit: &Path, there: &[u8]) -> Vec<u8> {
        let (key, entropy) = (default_key_file(data), SystemEntropy::default());
        crate::private_file::write(&key, there).unwrap();
        let old = header(data);
        let given = Given {
            shares: seal::shares_of(kit).unwrap(),
            ..Given::default()
        };
        let (_, root) = seal::attended(data, &old, &given).unwrap();
        let (secret, aside) = make_afresh(&old, &key, &entropy).unwrap();
        assert_eq!(aside, None);
        let raised = old.raised(&root).unwrap();
        let kind = key_file_slot(&key).unwrap();
        let (mut new, id) = raised.with_slot(&root, kind, &secret, &entropy).unwrap();
        for slot in old.slots() {
            if matches!(slot.kind, SlotKind::File { .. }) {
                new = new.without_slot(&root, slot.id).unwrap();
            }
        }
        let (file, made) = (HeaderFile::of(data), secret.expose().to_vec());
        file.replace(&new, &[(id, secret)], &mut |_| Ok(()))
            .unwrap();
        made
    }

    /// What lies beside the key file, moved aside.
    fn moved_aside(folder: &Path) -> Vec<Vec<u8>> {
        let names = std::fs::read_dir(folder).unwrap();
        let names = names.map(|entry| entry.unwrap().path());
        let aside = names.filter(|path| path.to_string_lossy().contains(".seal-key.before-"));
        aside.map(|path| std::fs::read(path).unwrap()).collect()
    }

    fn rotate(data: &Path, kit: &Path) {
        let command = SealCommand::Rotate {
            unlock: Unlock {
                passphrase_file: None,
                shares_file: Some(kit.to_owned()),
            },
            keep_shares: true,
            options: Options {
                data: Some(data.to_owned()),
                ..Options::default()
            },
        };
        seal(&command, Output::Table).unwrap();
    }

    #[test]
    fn after_a_recovery_that_was_killed_neither_another_nor_a_rotation_loses_another_s_key() {
        for there in [vec![7; 32], b"cut".to_vec()] {
            for next in [recover, rotate] {
                let folder = tempfile::tempdir().unwrap();
                let (data, kit) = installation(folder.path());
                let made = interrupted_recovery(&data, &kit, &there);
                // It opens by the key beside, whatever lies in its place.
                seal::unattended(&data, &header(&data), Caution::Unattended).unwrap();
                next(&data, &kit);
                assert_eq!(moved_aside(folder.path()), std::slice::from_ref(&there));
                let key = std::fs::read(default_key_file(&data)).unwrap();
                assert!(key != made && key != there && opens(&data, &key));
            }
        }
    }

    #[test]
    fn a_rotation_that_shares_open_does_not_write_over_another_s_key() {
        let folder = tempfile::tempdir().unwrap();
        let (data, kit) = installation(folder.path());
        let key = default_key_file(&data);
        crate::private_file::write(&key, &[7; 32]).unwrap();
        rotate(&data, &kit);
        assert_eq!(moved_aside(folder.path()), [vec![7; 32]]);
        assert!(opens(&data, &std::fs::read(&key).unwrap()));
    }

    #[test]
    fn what_was_moved_aside_stays_when_an_epoch_comes_again() {
        let folder = tempfile::tempdir().unwrap();
        let (data, kit) = installation(folder.path());
        let (key, file) = (default_key_file(&data), data.join("seal.json"));
        let before = std::fs::read(&file).unwrap();
        for other in [7, 8, 9] {
            crate::private_file::write(&key, &[other; 32]).unwrap();
            crate::private_file::write(&file, &before).unwrap();
            recover(&data, &kit);
        }
        let mut aside = moved_aside(folder.path());
        aside.sort_unstable();
        assert_eq!(aside, [vec![7; 32], vec![8; 32], vec![9; 32]]);
    }

    #[test]
    fn recovery_that_is_killed_leaves_a_key_that_opens() {
        let folder = tempfile::tempdir().unwrap();
        let (data, _) = installation(folder.path());
        let key = default_key_file(&data);
        let before = header(&data);
        // Before the header is in force.
        let entropy = SystemEntropy::default();
        make_afresh(&before, &key, &entropy).unwrap();
        seal::unattended(&data, &before, Caution::Unattended).unwrap();
        // A rotation whose key lies beside, and a recovery that ends before its header.
        interrupted_rotation(&data);
        let rotated = header(&data);
        make_afresh(&rotated, &key, &entropy).unwrap();
        seal::unattended(&data, &rotated, Caution::Unattended).unwrap();
        recover(&data, &RecoveryKit::place(&data));
    }
}
