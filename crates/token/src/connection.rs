//! A session with a token, logged in, and what is done in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::RawAuthPin;
use types::Secret;

use crate::error::{self, TokenError, Unopened};
use crate::module::Module;
use crate::pool::{Caution, Shared};

const IV_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const AES_KEY_BYTES: u64 = 32;
const RSA_BITS: u64 = 3072;
/// A shorter one is not used.
const RSA_BITS_MIN: u64 = 2048;

/// What is wrapped and opened to see whether a token works.
const PROOF_BYTES: usize = 32;

/// First byte of what is wrapped: by which mechanism.
const AES_GCM: u8 = 1;
const RSA_OAEP_SHA_256: u8 = 2;
const RSA_OAEP_SHA_1: u8 = 3;

/// What a token says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its label.
    pub label: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Whether it makes and uses AES keys in GCM.
    pub aes_gcm: bool,
    /// Whether it makes and uses RSA keys with OAEP.
    pub rsa_oaep: bool,
}

/// What kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// 256 bits, used in GCM.
    Aes,
    /// A pair, used with OAEP.
    Rsa,
}

/// A key of the token: what wraps, what unwraps.
#[derive(Debug, Clone, Copy)]
struct Key {
    kind: KeyKind,
    wraps: Option<ObjectHandle>,
    unwraps: ObjectHandle,
}

/// A session, logged in.
#[derive(Debug)]
pub struct Connection {
    session: Session,
    context: Pkcs11,
    slot: Slot,
    generation: u64,
    shared: Arc<Shared>,
    keys: BTreeMap<String, Key>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.place)
    }
}

impl Connection {
    pub(crate) fn open(
        shared: &Arc<Shared>,
        module: &Module,
        context: &Pkcs11,
        generation: u64,
    ) -> Result<Self, TokenError> {
        let label = &shared.place.label;
        let (slot, _) = find_slot(context, label)?;
        // Not closed when it is dropped: its handle may be another session's by then.
        let session = context.open_rw_session_no_drop(slot).map_err(error::of)?;
        if let Err(error) = log_in(shared, module, &session, (slot, context)) {
            drop(session.close());
            return Err(error);
        }
        Ok(Self {
            session,
            context: context.clone(),
            slot,
            generation,
            shared: Arc::clone(shared),
            keys: BTreeMap::new(),
        })
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn close(self) {
        // It may be gone already.
        drop(self.session.close());
    }

    /// What the token says of itself.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn facts(&mut self) -> Result<Facts, TokenError> {
        let info = self.context.get_token_info(self.slot).map_err(error::of)?;
        let mechanisms = self
            .context
            .get_mechanism_list(self.slot)
            .map_err(error::of)?;
        let has = |all: &[MechanismType]| all.iter().all(|one| mechanisms.contains(one));
        Ok(Facts {
            label: info.label().to_owned(),
            manufacturer: info.manufacturer_id().to_owned(),
            model: info.model().to_owned(),
            serial: info.serial_number().to_owned(),
            aes_gcm: has(&[MechanismType::AES_KEY_GEN, MechanismType::AES_GCM]),
            rsa_oaep: has(&[
                MechanismType::RSA_PKCS_KEY_PAIR_GEN,
                MechanismType::RSA_PKCS_OAEP,
            ]),
        })
    }

    /// Looks for a key by its label, and judges whether it may be used.
    ///
    /// # Errors
    /// [`TokenError::NoSuchKey`], [`TokenError::KeyUnfit`], [`TokenError`].
    pub fn find(&mut self, label: &str) -> Result<KeyKind, TokenError> {
        self.keys.remove(label);
        self.key(label).map(|key| key.kind)
    }

    /// Makes a key that cannot be read out, of the kind that the token can.
    ///
    /// # Errors
    /// [`TokenError::KeyExists`], [`TokenError::NoMechanism`], [`TokenError`].
    pub fn make(&mut self, label: &str) -> Result<KeyKind, TokenError> {
        let facts = self.facts()?;
        let kind = if facts.aes_gcm {
            KeyKind::Aes
        } else if facts.rsa_oaep {
            KeyKind::Rsa
        } else {
            return Err(TokenError::NoMechanism);
        };
        self.make_of(kind, label)?;
        Ok(kind)
    }

    /// Makes a key of a kind, which cannot be read out.
    ///
    /// # Errors
    /// [`TokenError::KeyExists`], [`TokenError`].
    pub fn make_of(&mut self, kind: KeyKind, label: &str) -> Result<(), TokenError> {
        if !self.named(label)?.is_empty() {
            return Err(TokenError::KeyExists(label.to_owned()));
        }
        let name = || {
            let bytes = label.as_bytes().to_vec();
            [
                Attribute::Token(true),
                Attribute::Label(bytes.clone()),
                Attribute::Id(bytes),
            ]
        };
        let mut secret = vec![
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Decrypt(true),
        ];
        secret.extend(name());
        match kind {
            KeyKind::Aes => {
                secret.extend([
                    Attribute::Encrypt(true),
                    Attribute::ValueLen(AES_KEY_BYTES.into()),
                ]);
                let made = self.session.generate_key(&Mechanism::AesKeyGen, &secret);
                made.map_err(error::of)?;
            }
            KeyKind::Rsa => {
                let mut public = vec![
                    Attribute::Encrypt(true),
                    Attribute::ModulusBits(RSA_BITS.into()),
                    Attribute::PublicExponent(vec![1, 0, 1]),
                ];
                public.extend(name());
                let mechanism = Mechanism::RsaPkcsKeyPairGen;
                let made = self.session.generate_key_pair(&mechanism, &public, &secret);
                made.map_err(error::of)?;
            }
        }
        Ok(())
    }

    /// Deletes a key, if it is there. An object of its label that stays keeps no other.
    ///
    /// # Errors
    /// [`TokenError::Refused`] when the token does not delete it and goes on answering: a new start of
    /// the module would end the sessions of all, and that key would fail again. [`TokenError`].
    pub fn destroy(&mut self, label: &str) -> Result<(), TokenError> {
        self.keys.remove(label);
        let mut stays = None;
        for object in self.shown(label)? {
            match self.session.destroy_object(object) {
                Ok(()) => {}
                Err(error) if error::is_of_session(&error) => return Err(error::of(error)),
                Err(error) => stays = Some(error),
            }
        }
        match stays {
            // It may have been carried out all the same, or by somebody else.
            Some(error) if !self.shown(label)?.is_empty() => {
                Err(TokenError::Refused(error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Wraps by a key; `bound` is authenticated, and given again to unwrap, where the mechanism can.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn wrap(
        &mut self,
        label: &str,
        bound: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let key = self.key(label)?;
        let wraps = key.wraps.ok_or_else(|| TokenError::KeyUnfit {
            label: label.to_owned(),
            reason: "its public half is not on the token",
        })?;
        match key.kind {
            KeyKind::Aes => {
                let mut iv = [0; IV_BYTES];
                self.shared.entropy.fill(&mut iv)?;
                let sealed = {
                    let parameters = gcm(&mut iv, bound)?;
                    self.session
                        .encrypt(&Mechanism::AesGcm(parameters), wraps, plaintext)
                        .map_err(error::of)?
                };
                // A token may choose the IV itself: it is read back from where it was given.
                Ok([&[AES_GCM], iv.as_slice(), &sealed].concat())
            }
            KeyKind::Rsa => self.wrap_by_rsa(wraps, plaintext),
        }
    }

    fn wrap_by_rsa(&self, key: ObjectHandle, plaintext: &[u8]) -> Result<Vec<u8>, TokenError> {
        let known = self.shared.oaep.load(Ordering::Relaxed);
        let tried = match known {
            0 => [RSA_OAEP_SHA_256, RSA_OAEP_SHA_1].as_slice(),
            RSA_OAEP_SHA_1 => &[RSA_OAEP_SHA_1],
            _ => &[RSA_OAEP_SHA_256],
        };
        let mut last = TokenError::NoMechanism;
        for hash in tried {
            match self.session.encrypt(&oaep(*hash), key, plaintext) {
                Ok(sealed) => {
                    self.shared.oaep.store(*hash, Ordering::Relaxed);
                    return Ok([&[*hash], sealed.as_slice()].concat());
                }
                Err(Error::Pkcs11(
                    RvError::ArgumentsBad
                    | RvError::MechanismInvalid
                    | RvError::MechanismParamInvalid,
                    _,
                )) => {}
                Err(other) => last = error::of(other),
            }
        }
        Err(last)
    }

    /// Unwraps what [`Connection::wrap`] answered.
    ///
    /// # Errors
    /// [`TokenError::Damaged`] when it does not open; [`TokenError`].
    pub fn unwrap(
        &mut self,
        label: &str,
        bound: &[u8],
        wrapped: &[u8],
    ) -> Result<Secret, TokenError> {
        let key = self.key(label)?;
        let decrypt =
            |connection: &mut Self, wrapped: &[u8]| connection.decrypt(key, bound, wrapped);
        match decrypt(self, wrapped) {
            Ok(secret) => Ok(secret),
            Err(Unopened::Known(error)) => Err(error),
            Err(Unopened::Unclear(first)) => {
                // Modules do not agree on how they say that something is damaged. One that opens what it
                // wraps itself, and again not this, is well.
                if key.wraps.is_none() {
                    return Err(TokenError::Refused(format!(
                        "{first}; or what was wrapped was changed"
                    )));
                }
                self.prove(label, key)
                    .map_err(|error| self.unshown(label, error))?;
                match decrypt(self, wrapped) {
                    Ok(secret) => Ok(secret),
                    Err(Unopened::Known(error)) => Err(error),
                    Err(Unopened::Unclear(_)) => {
                        tracing::debug!(%first, label, "what was wrapped by the token does not open");
                        Err(TokenError::Damaged)
                    }
                }
            }
        }
    }

    fn decrypt(&self, key: Key, bound: &[u8], wrapped: &[u8]) -> Result<Secret, Unopened> {
        let damaged = || Unopened::Known(TokenError::Damaged);
        let (mechanism, body) = wrapped.split_first().ok_or_else(damaged)?;
        let opened = match (key.kind, *mechanism) {
            (KeyKind::Aes, AES_GCM) => {
                let (iv, body) = body
                    .split_first_chunk::<IV_BYTES>()
                    .filter(|(_, body)| body.len() >= TAG_BYTES)
                    .ok_or_else(damaged)?;
                let mut iv = *iv;
                let parameters = gcm(&mut iv, bound).map_err(Unopened::Known)?;
                self.session
                    .decrypt(&Mechanism::AesGcm(parameters), key.unwraps, body)
            }
            (KeyKind::Rsa, hash @ (RSA_OAEP_SHA_256 | RSA_OAEP_SHA_1)) => {
                self.session.decrypt(&oaep(hash), key.unwraps, body)
            }
            _ => return Err(damaged()),
        };
        opened.map(Secret::new).map_err(error::of_opening)
    }

    /// That a key opens what it wraps, here and now.
    fn prove(&mut self, label: &str, key: Key) -> Result<(), TokenError> {
        let mut known = [0; PROOF_BYTES];
        self.shared.entropy.fill(&mut known)?;
        let wrapped = self.wrap(label, &[], &known)?;
        match self.decrypt(key, &[], &wrapped) {
            Ok(opened) if opened.expose() == known => Ok(()),
            Ok(_) => Err(TokenError::Gone(
                "it does not give back what it wraps".to_owned(),
            )),
            // Of what it has just wrapped itself.
            Err(Unopened::Known(TokenError::Damaged)) => Err(TokenError::Gone(
                "it does not open what it wraps".to_owned(),
            )),
            Err(Unopened::Known(error)) => Err(error),
            Err(Unopened::Unclear(text)) => Err(TokenError::Gone(text)),
        }
    }

    /// An error of a token that does not show the key any more is that it is gone.
    fn unshown(&self, label: &str, error: TokenError) -> TokenError {
        match self.named(label) {
            Ok(found) if found.is_empty() => {
                TokenError::Gone(format!("{error}, and it shows no key `{label}`"))
            }
            Ok(_) => error,
            Err(other) => other,
        }
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// All objects of a label.
    fn named(&self, label: &str) -> Result<Vec<ObjectHandle>, TokenError> {
        let template = [Attribute::Label(label.as_bytes().to_vec())];
        self.session.find_objects(&template).map_err(error::of)
    }

    /// As [`Connection::named`], where none means that none is there: who is not logged in any more is
    /// shown none, whatever is there. The login is all sessions' of the process and another may have
    /// renewed it since, so none counts where the login stood before and after.
    fn shown(&self, label: &str) -> Result<Vec<ObjectHandle>, TokenError> {
        let found = self.named(label)?;
        if !found.is_empty() || self.shared.pin.is_none() {
            return Ok(found);
        }
        self.check_login()?;
        let found = self.named(label)?;
        if found.is_empty() {
            self.check_login()?;
        }
        Ok(found)
    }

    fn check_login(&self) -> Result<(), TokenError> {
        let info = self.session.get_session_info().map_err(error::of)?;
        match is_user(info.session_state()) {
            true => Ok(()),
            false => Err(TokenError::Gone("its login has ended".to_owned())),
        }
    }

    fn key(&mut self, label: &str) -> Result<Key, TokenError> {
        if let Some(key) = self.keys.get(label) {
            return Ok(*key);
        }
        let key = self.look_for(label)?;
        self.keys.insert(label.to_owned(), key);
        Ok(key)
    }

    fn look_for(&self, label: &str) -> Result<Key, TokenError> {
        let of = |class: ObjectClass, kind: KeyType| {
            let template = [
                Attribute::Class(class),
                Attribute::KeyType(kind),
                Attribute::Label(label.as_bytes().to_vec()),
            ];
            self.session.find_objects(&template).map_err(error::of)
        };
        let unfit = |reason| TokenError::KeyUnfit {
            label: label.to_owned(),
            reason,
        };
        let several = "there are several of its label";
        let aes = of(ObjectClass::SECRET_KEY, KeyType::AES)?;
        let rsa = of(ObjectClass::PRIVATE_KEY, KeyType::RSA)?;
        let key = match (aes.as_slice(), rsa.as_slice()) {
            ([], []) => return Err(TokenError::NoSuchKey(label.to_owned())),
            ([only], []) => Key {
                kind: KeyKind::Aes,
                wraps: Some(*only),
                unwraps: *only,
            },
            ([], [only]) => {
                let public = of(ObjectClass::PUBLIC_KEY, KeyType::RSA)?;
                if public.len() > 1 {
                    return Err(unfit(several));
                }
                Key {
                    kind: KeyKind::Rsa,
                    wraps: public.first().copied(),
                    unwraps: *only,
                }
            }
            _ => return Err(unfit(several)),
        };
        self.judge(&key).map_err(|reason| match reason {
            Ok(reason) => unfit(reason),
            Err(error) => error,
        })?;
        Ok(key)
    }

    /// That a key stays in the token, and is long enough.
    fn judge(&self, key: &Key) -> Result<(), Result<&'static str, TokenError>> {
        let length = match key.kind {
            KeyKind::Aes => AttributeType::ValueLen,
            KeyKind::Rsa => AttributeType::Modulus,
        };
        let asked = [AttributeType::Sensitive, AttributeType::Extractable, length];
        let attributes = self
            .session
            .get_attributes(key.unwraps, &asked)
            .map_err(|error| Err(error::of(error)))?;
        let mut is_sensitive = false;
        for attribute in attributes {
            match attribute {
                Attribute::Sensitive(is) => is_sensitive = is,
                Attribute::Extractable(true) => return Err(Ok("it can be read out of the token")),
                Attribute::ValueLen(bytes) if *bytes != AES_KEY_BYTES => {
                    return Err(Ok("it has not 256 bits"));
                }
                Attribute::Modulus(modulus) if modulus.len() as u64 * 8 < RSA_BITS_MIN => {
                    return Err(Ok("it has fewer than 2048 bits"));
                }
                _ => {}
            }
        }
        if is_sensitive {
            Ok(())
        } else {
            Err(Ok("it is not sensitive: it can be read out of the token"))
        }
    }
}

fn gcm<'a>(iv: &'a mut [u8], bound: &'a [u8]) -> Result<GcmParams<'a>, TokenError> {
    let bits = (TAG_BYTES as u64 * 8).into();
    GcmParams::new(iv, bound, bits).map_err(error::of)
}

fn oaep(hash: u8) -> Mechanism<'static> {
    let (hash, mgf) = match hash {
        RSA_OAEP_SHA_1 => (MechanismType::SHA1, PkcsMgfType::MGF1_SHA1),
        _ => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
    };
    Mechanism::RsaPkcsOaep(PkcsOaepParams::new(hash, mgf, PkcsOaepSource::empty()))
}

fn find_slot(context: &Pkcs11, label: &str) -> Result<(Slot, TokenInfo), TokenError> {
    let mut found = None;
    let mut present = Vec::new();
    for slot in context.get_slots_with_token().map_err(error::of)? {
        // A slot whose token cannot be asked is none.
        let Ok(info) = context.get_token_info(slot) else {
            continue;
        };
        if !info.token_initialized() {
            continue;
        }
        present.push(format!("`{}`", info.label()));
        if info.label() == label {
            if found.is_some() {
                return Err(TokenError::Refused(format!(
                    "there are several tokens of the label `{label}`"
                )));
            }
            found = Some((slot, info));
        }
    }
    found.ok_or_else(|| TokenError::Absent {
        label: label.to_owned(),
        present: match present.len() {
            0 => "the module shows none".to_owned(),
            _ => format!("the module shows {}", present.join(", ")),
        },
    })
}

fn is_user(state: SessionState) -> bool {
    matches!(state, SessionState::RwUser | SessionState::RoUser)
}

/// Logs in, if the token wants it: once, and not at all where that could lock it.
fn log_in(
    shared: &Shared,
    module: &Module,
    session: &Session,
    (slot, context): (Slot, &Pkcs11),
) -> Result<(), TokenError> {
    // One after the other, and each looks anew: two at once would try a wrong PIN twice.
    let mut logins = module.logins();
    let info = context.get_token_info(slot).map_err(error::of)?;
    let Some(pin) = shared.pin()? else {
        return Ok(());
    };
    let label = || shared.place.label.clone();
    let state = session.get_session_info().map_err(error::of)?;
    let is_in = is_user(state.session_state());
    if !is_in && info.user_pin_locked() {
        return Err(TokenError::PinLocked(label()));
    }
    let risk = if info.user_pin_final_try() {
        Some("one wrong PIN more locks it")
    } else if info.user_pin_count_low() && shared.caution == Caution::Unattended {
        Some("a wrong PIN was given since the last login")
    } else {
        None
    };
    if let Some(why) = risk.filter(|_| !is_in) {
        return Err(TokenError::PinAtRisk {
            label: label(),
            why,
        });
    }
    let raw = RawAuthPin::new(Box::new(pin.expose().to_vec()));
    match session.login_with_raw(UserType::User, &raw) {
        Ok(()) => {
            logins.remember(slot.id(), pin);
            Ok(())
        }
        // Another session of this process did: by the same PIN?
        Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
            if logins.is_by(slot.id(), pin) {
                Ok(())
            } else {
                Err(TokenError::PinRefused(label()))
            }
        }
        Err(Error::Pkcs11(
            RvError::PinIncorrect
            | RvError::PinInvalid
            | RvError::PinLenRange
            | RvError::PinExpired,
            _,
        )) => {
            shared.refused.store(true, Ordering::Release);
            Err(TokenError::PinRefused(label()))
        }
        Err(Error::Pkcs11(RvError::PinLocked, _)) => {
            shared.refused.store(true, Ordering::Release);
            Err(TokenError::PinLocked(label()))
        }
        Err(other) => Err(error::of(other)),
    }
}
