//! Killed at every step, the seal opens with the old header or the new.

use std::os::unix::fs::PermissionsExt;

use super::header_file::Step;
use super::*;
use crate::system::SystemEntropy;
use types::KeyWrap;

fn entropy() -> Arc<dyn Entropy> {
    Arc::new(SystemEntropy::default())
}

fn opened(data: &Path) -> Opened {
    open(data, entropy()).unwrap()
}

#[test]
fn the_first_start_makes_a_seal_that_opens_again_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = opened(&data);
    assert_eq!(first.sealed, None);
    let wrapped = first.seal.wrap("a", b"secret").unwrap();
    let second = opened(&data);
    assert_eq!(
        second.seal.unwrap("a", &wrapped).unwrap().expose(),
        b"secret"
    );

    // The key file lies beside: the folder above is ours alone.
    let key = folder.path().join("data.seal-key");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for path in [
        &key,
        &data.join("seal.json"),
        &data.join("recovery-kit.txt"),
    ] {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }

    // Without it the seal stays closed, and two shares open it.
    std::fs::remove_file(&key).unwrap();
    let sealed = opened(&data);
    assert!(!sealed.seal.is_open());
    assert!(sealed.sealed.unwrap().contains("is not there"));
    let header = HeaderFile::of(&data).read().unwrap().unwrap();
    let shares = shares_of(&RecoveryKit::place(&data)).unwrap();
    assert_eq!(shares.len(), 3);
    let given = Given {
        shares: shares[1..].to_vec(),
        ..Given::default()
    };
    let (_, root) = attended(&data, &header, &given).unwrap();
    sealed.seal.open(root);
    assert_eq!(
        sealed.seal.unwrap("a", &wrapped).unwrap().expose(),
        b"secret"
    );
    let one = Given {
        shares: shares[..1].to_vec(),
        ..Given::default()
    };
    assert!(attended(&data, &header, &one).is_err());
}

#[test]
fn a_key_file_that_others_can_read_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    opened(&data);
    let key = folder.path().join("data.seal-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let sealed = opened(&data).sealed.unwrap();
    assert!(sealed.contains("chmod 600"), "{sealed}");
}

#[test]
fn a_folder_that_others_write_gets_no_key_file_beside_the_data() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o1777)).unwrap();
    let data = folder.path().join("data");
    opened(&data);
    assert!(data.join("keys/seal.key").exists());
    assert!(is_in_data(&data, &default_key_file(&data)));
}

/// A replacement that ends after each of its steps, and before the first.
#[test]
fn stopped_at_any_step_of_a_change_the_seal_opens() {
    for stop in [Step::Written, Step::Verified, Step::Renamed] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let wrapped = opened(&data).seal.wrap("a", b"secret").unwrap();
        let file = HeaderFile::of(&data);
        let old = file.read().unwrap().unwrap();
        let (_, root) = unattended(&data, &old, Caution::Attended).unwrap();
        let (new, id, kit) = with_recovery(&old, &root, (3, 5), entropy().as_ref()).unwrap();
        let proofs = [(id, kit.secret().unwrap())];
        let replaced = file.replace(&new, &proofs, &mut |step| {
            anyhow::ensure!(step != stop, "killed");
            Ok(())
        });
        assert!(replaced.is_err());
        let there = file.read().unwrap().unwrap();
        assert_eq!(there == new, stop == Step::Renamed);
        assert!(there == new || there == old);
        let after = opened(&data);
        assert_eq!(
            after.seal.unwrap("a", &wrapped).unwrap().expose(),
            b"secret"
        );
        // And the next change goes through.
        file.replace(&new, &proofs, &mut |_| Ok(())).unwrap();
        assert_eq!(file.read().unwrap().unwrap(), new);
    }
}

#[test]
fn a_header_whose_slot_does_not_open_never_replaces_one_that_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    opened(&data);
    let file = HeaderFile::of(&data);
    let old = file.read().unwrap().unwrap();
    let (_, root) = unattended(&data, &old, Caution::Attended).unwrap();
    let (new, id, _) = with_recovery(&old, &root, (2, 3), entropy().as_ref()).unwrap();
    let wrong = [(id, Secret::new(vec![0; 32]))];
    assert!(file.replace(&new, &wrong, &mut |_| Ok(())).is_err());
    assert_eq!(file.read().unwrap().unwrap(), old);
}

/// Between the new header and the new key file, the key lies beside.
#[test]
fn a_rotation_that_was_interrupted_opens_by_the_key_beside() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let wrapped = opened(&data).seal.wrap("a", b"secret").unwrap();
    let file = HeaderFile::of(&data);
    let old = file.read().unwrap().unwrap();
    let (_, root) = unattended(&data, &old, Caution::Attended).unwrap();
    let key = default_key_file(&data);
    let secret = make_next(&key, entropy().as_ref()).unwrap();
    assert_eq!(opened(&data).sealed, None, "by the old key");
    let slots = vec![(key_file_slot(&key).unwrap(), secret.clone())];
    let (new, _) = old.rotated(&root, slots, entropy().as_ref()).unwrap();
    let proofs = [(new.slots()[0].id, secret)];
    file.replace(&new, &proofs, &mut |_| Ok(())).unwrap();
    let between = opened(&data);
    assert_eq!(
        between.seal.unwrap("a", &wrapped).unwrap().expose(),
        b"secret"
    );
    key_file::put_in_place(&key).unwrap();
    assert_eq!(opened(&data).sealed, None);
}

/// A header that is rotated, and the keys that are to be put in place then.
fn rotated(data: &Path, path: &Path) -> Header {
    let file = HeaderFile::of(data);
    let old = file.read().unwrap().unwrap();
    let (_, root) = unattended(data, &old, Caution::Attended).unwrap();
    let secret = make_next(path, entropy().as_ref()).unwrap();
    let kinds = old.slots().iter().map(|slot| slot.kind.clone());
    let files = kinds.filter(|kind| matches!(kind, SlotKind::File { .. }));
    let slots = files.map(|kind| (kind, secret.clone())).collect();
    let (new, _) = old.rotated(&root, slots, entropy().as_ref()).unwrap();
    let proofs: Vec<_> = new
        .slots()
        .iter()
        .map(|slot| (slot.id, secret.clone()))
        .collect();
    file.replace(&new, &proofs, &mut |_| Ok(())).unwrap();
    new
}

/// Found by killing it at random moments: the second rotation wrote its key over the only one that
/// opened, and was killed before its header was in force.
#[test]
fn a_rotation_after_one_that_was_interrupted_does_not_lose_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let wrapped = opened(&data).seal.wrap("a", b"secret").unwrap();
    let key = default_key_file(&data);
    let old_key = std::fs::read(&key).unwrap();
    // Killed between the header and the key file's place.
    let header = rotated(&data, &key);
    assert_eq!(std::fs::read(&key).unwrap(), old_key);
    settle_key_files(&header).unwrap();
    assert_ne!(std::fs::read(&key).unwrap(), old_key);
    // Killed before the next header is in force.
    make_next(&key, entropy().as_ref()).unwrap();
    let again = opened(&data);
    assert_eq!(
        again.seal.unwrap("a", &wrapped).unwrap().expose(),
        b"secret"
    );
    // What it left goes.
    settle_key_files(&header).unwrap();
    assert!(!folder.path().join("data.seal-key.next").exists());
    assert_eq!(opened(&data).sealed, None);
}

#[test]
fn a_key_file_that_two_slots_name_is_rotated_as_one_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    opened(&data);
    let key = default_key_file(&data);
    let file = HeaderFile::of(&data);
    let old = file.read().unwrap().unwrap();
    let (_, root) = unattended(&data, &old, Caution::Attended).unwrap();
    let secret = make_key_file(&key, entropy().as_ref()).unwrap();
    let kind = key_file_slot(&key).unwrap();
    let (twice, id) = old
        .with_slot(&root, kind, &secret, entropy().as_ref())
        .unwrap();
    let replaced = file.replace(&twice, &[(id, secret)], &mut |_| Ok(()));
    replaced.unwrap();
    check_rotates(&twice, &key).unwrap();
    let header = rotated(&data, &key);
    settle_key_files(&header).unwrap();
    for slot in header.slots() {
        let secret = make_key_file(&key, entropy().as_ref()).unwrap();
        assert!(header.open(slot.id, &secret).is_ok());
    }
    // One of them was rotated without the other: the file beside holds the other's only key.
    let (_, root) = unattended(&data, &header, Caution::Attended).unwrap();
    let next = make_next(&key, entropy().as_ref()).unwrap();
    let kind = key_file_slot(&key).unwrap();
    let (apart, _) = header
        .with_slot(&root, kind, &next, entropy().as_ref())
        .unwrap();
    settle_key_files(&apart).unwrap();
    assert!(folder.path().join("data.seal-key.next").exists());
    let refused = check_rotates(&apart, &key).unwrap_err().to_string();
    assert!(refused.contains("remove all but one"), "{refused}");
}

/// A drill: the copy opens by the original's key file, and must not take it.
#[test]
fn a_copy_of_a_data_folder_leaves_the_key_file_of_its_original_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    opened(&data);
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(data.join("seal.json"), copy.join("seal.json")).unwrap();
    let key = default_key_file(&data);
    check_is_ours(&data, 1, &key).unwrap();
    let refused = check_is_ours(&copy, 1, &key).unwrap_err().to_string();
    assert!(refused.contains("is a copy"), "{refused}");
    let within = data.join("keys/seal.key");
    check_is_ours(&copy, 1, &within).unwrap_err();
    // The original is gone, or moved: the key is the copy's.
    std::fs::remove_file(data.join("seal.json")).unwrap();
    check_is_ours(&copy, 1, &key).unwrap();
}

#[test]
fn a_key_file_is_one_slot_s_with_the_place_beside_it() {
    let slot = |path: &str| key_file_slot(Path::new(path)).unwrap();
    assert!(is_taken(&slot("/a/key"), &slot("/a/key")));
    assert!(is_taken(&slot("/a/key"), &slot("/a/key.next")));
    assert!(is_taken(&slot("/a/key.next"), &slot("/a/key")));
    assert!(!is_taken(&slot("/a/key"), &slot("/b/key")));
}
