//! KMS against a naive model of it: random sequences of calls, of which the model says beforehand what
//! comes of each. The model is written from AWS's documentation of key states, not from our code: it
//! knows no rows, no versions, no caches.
//!
//! A sequence follows from its seed, which is printed when it fails; `BTZ_SEED=N` plays that one.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, NOW, blob, bytes, text};
use super::imports::{OAEP, wrapped};

const SEEDS: u64 = 12;
const STEPS: usize = 160;
const DAY: i64 = 24 * 60 * 60;

/// Random numbers of a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        (!of.is_empty()).then(|| &of[self.below(of.len())])
    }
}

/// What a key is made of: of a key whose material is made here, it is always there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Use {
    Current,
    Old,
    Waits,
}

#[derive(Clone, Debug)]
struct Material {
    bytes: [u8; 32],
    use_of: Use,
    is_there: bool,
    ends: Option<i64>,
    /// Its place among all that the key ever had.
    serial: usize,
    id: String,
}

#[derive(Clone, Debug)]
struct Key {
    arn: String,
    is_external: bool,
    enabled: bool,
    goes: Option<i64>,
    is_gone: bool,
    materials: Vec<Material>,
    serials: usize,
    rotations: usize,
    grants: Vec<String>,
    import: Option<(i64, Value)>,
}

struct Ciphertext {
    key: usize,
    material: Option<usize>,
    context: Option<&'static str>,
    plaintext: Vec<u8>,
    blob: String,
}

/// What the model expects: the code of an error, or none.
type Expected = Option<&'static str>;

const INVALID_STATE: Expected = Some("KMSInvalidStateException");

impl Key {
    fn has(material: &Material, now: i64) -> bool {
        material.is_there && material.ends.is_none_or(|ends| now < ends)
    }

    fn lacks_material(&self, now: i64) -> bool {
        let mut needed = self.materials.iter().filter(|one| one.use_of != Use::Waits);
        let is_empty = needed.clone().count() == 0;
        self.is_external && (is_empty || needed.any(|one| !Self::has(one, now)))
    }

    fn state(&self, now: i64) -> &'static str {
        if self.goes.is_some() {
            "PendingDeletion"
        } else if self.lacks_material(now) {
            "PendingImport"
        } else if self.enabled {
            "Enabled"
        } else {
            "Disabled"
        }
    }

    /// What stands in the way of using it.
    fn unusable(&self, now: i64) -> Expected {
        if self.is_gone {
            return Some("NotFoundException");
        }
        match self.state(now) {
            "Enabled" => None,
            "Disabled" => Some("DisabledException"),
            _ => INVALID_STATE,
        }
    }

    /// What stands in the way of managing it.
    fn unmanageable(&self) -> Expected {
        if self.is_gone {
            return Some("NotFoundException");
        }
        self.goes.and(INVALID_STATE)
    }

    fn current(&self) -> Option<&Material> {
        self.materials.iter().find(|one| one.use_of == Use::Current)
    }
}

struct Game {
    seed: u64,
    dice: Dice,
    client: Client,
    now: i64,
    keys: Vec<Key>,
    aliases: BTreeMap<String, usize>,
    ciphertexts: Vec<Ciphertext>,
    log: Vec<String>,
}

impl Game {
    async fn new(seed: u64) -> Self {
        Self {
            seed,
            dice: Dice(seed),
            client: Client::new().await,
            now: NOW.as_seconds(),
            keys: Vec::new(),
            aliases: BTreeMap::new(),
            ciphertexts: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Makes a call and compares what comes of it with what the model expects.
    async fn call(&mut self, operation: &str, input: Value, expected: Expected) -> Option<Value> {
        self.log
            .push(format!("{operation} {input} -> {expected:?}"));
        let answer = self.client.call(operation, input).await;
        let code = answer.as_ref().err().map(|(code, _)| code.as_str());
        if code != expected {
            self.fail(&format!("{operation} answered {answer:?}"));
        }
        answer.ok()
    }

    fn fail(&self, what: &str) -> ! {
        let last = self.log.len().saturating_sub(30);
        panic!(
            "BTZ_SEED={} step {}: {what}\nthe last steps:\n{}",
            self.seed,
            self.log.len(),
            self.log[last..].join("\n")
        )
    }

    fn key(&mut self) -> Option<usize> {
        (!self.keys.is_empty()).then(|| self.dice.below(self.keys.len()))
    }

    async fn create_key(&mut self) {
        let is_external = self.dice.one_in(2);
        let origin = if is_external { "EXTERNAL" } else { "AWS_KMS" };
        let made = self
            .call("CreateKey", json!({ "Origin": origin }), None)
            .await;
        let arn = text(&made.unwrap()["KeyMetadata"]["Arn"]);
        self.keys.push(Key {
            arn,
            is_external,
            enabled: true,
            goes: None,
            is_gone: false,
            materials: Vec::new(),
            serials: 0,
            rotations: 0,
            grants: Vec::new(),
            import: None,
        });
    }

    async fn set_enabled(&mut self, at: usize) {
        let enable = self.dice.one_in(2);
        let key = &self.keys[at];
        let expected = match key.unusable(self.now) {
            Some("DisabledException") => None,
            other => other,
        };
        let operation = if enable { "EnableKey" } else { "DisableKey" };
        let input = json!({ "KeyId": key.arn });
        if self.call(operation, input, expected).await.is_some() {
            self.keys[at].enabled = enable;
        }
    }

    async fn schedule(&mut self, at: usize) {
        let days = 7 + i64::try_from(self.dice.below(10)).unwrap();
        let expected = self.keys[at].unmanageable();
        let input = json!({ "KeyId": self.keys[at].arn, "PendingWindowInDays": days });
        if self
            .call("ScheduleKeyDeletion", input, expected)
            .await
            .is_some()
        {
            self.keys[at].goes = Some(self.now + days * DAY);
        }
    }

    async fn cancel(&mut self, at: usize) {
        let key = &self.keys[at];
        let expected = match (key.is_gone, key.goes) {
            (true, _) => Some("NotFoundException"),
            (false, Some(_)) => None,
            (false, None) => INVALID_STATE,
        };
        let input = json!({ "KeyId": key.arn });
        if self
            .call("CancelKeyDeletion", input, expected)
            .await
            .is_some()
        {
            self.keys[at].goes = None;
            self.keys[at].enabled = false;
        }
    }

    async fn rotate(&mut self, at: usize) {
        let now = self.now;
        let key = &self.keys[at];
        let waits = key.materials.iter().find(|one| one.use_of == Use::Waits);
        let can = waits.is_some_and(|one| Key::has(one, now));
        let expected = key.unusable(now).or(if key.rotations >= 25 {
            Some("LimitExceededException")
        } else if key.is_external && !can {
            INVALID_STATE
        } else {
            None
        });
        let input = json!({ "KeyId": key.arn });
        if self
            .call("RotateKeyOnDemand", input, expected)
            .await
            .is_some()
        {
            let key = &mut self.keys[at];
            key.rotations += 1;
            for material in &mut key.materials {
                material.use_of = match material.use_of {
                    Use::Waits => Use::Current,
                    _ => Use::Old,
                };
            }
        }
    }

    async fn rotate_automatically(&mut self, at: usize) {
        let key = &self.keys[at];
        let expected = match key.is_gone {
            true => Some("NotFoundException"),
            false if key.is_external => Some("UnsupportedOperationException"),
            false => key.unusable(self.now),
        };
        let input = json!({ "KeyId": key.arn, "RotationPeriodInDays": 90 });
        self.call("EnableKeyRotation", input, expected).await;
    }

    /// The parameters of an import, which are good for a day.
    async fn parameters(&mut self, at: usize) -> Option<Value> {
        let key = &self.keys[at];
        if let Some((until, parameters)) = &key.import
            && self.now < *until
        {
            return Some(parameters.clone());
        }
        let expected = match key.is_gone {
            true => Some("NotFoundException"),
            false if !key.is_external => Some("UnsupportedOperationException"),
            false => key.goes.and(INVALID_STATE),
        };
        let input = json!({
            "KeyId": key.arn, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048",
        });
        let until = self.now + DAY;
        let made = self.call("GetParametersForImport", input, expected).await?;
        self.keys[at].import = Some((until, made.clone()));
        Some(made)
    }

    async fn import(&mut self, at: usize) {
        let Some(parameters) = self.parameters(at).await else {
            return;
        };
        let known = {
            let materials = self.keys[at].materials.clone();
            self.dice.pick(&materials).cloned()
        };
        let again = known.filter(|_| self.dice.one_in(2));
        let material = match &again {
            Some(known) => known.bytes,
            None => {
                let mut bytes = [0; 32];
                bytes[..8].copy_from_slice(&self.dice.roll().to_be_bytes());
                bytes
            }
        };
        let is_new = self.dice.one_in(2);
        let ends = self
            .dice
            .one_in(3)
            .then(|| self.now + DAY * (1 + i64::try_from(self.dice.below(20)).unwrap()));
        let key = &self.keys[at];
        let waits = key.materials.iter().any(|one| one.use_of == Use::Waits);
        let expected = key.unmanageable().or(match &again {
            Some(_) if is_new => Some("ValidationException"),
            Some(_) => None,
            None if key.materials.is_empty() => None,
            None if !is_new => Some("IncorrectKeyMaterialException"),
            None if waits => INVALID_STATE,
            None => None,
        });
        let mut input = json!({
            "KeyId": key.arn, "ImportToken": parameters["ImportToken"],
            "EncryptedKeyMaterial":
                blob(wrapped(OAEP, &bytes(&parameters["PublicKey"]), &material)),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        });
        if let Some(ends) = ends {
            input["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
            input["ValidTo"] = json!(ends);
        }
        if is_new {
            input["ImportType"] = json!("NEW_KEY_MATERIAL");
        }
        let Some(answer) = self.call("ImportKeyMaterial", input, expected).await else {
            return;
        };
        let id = text(&answer["KeyMaterialId"]);
        let key = &mut self.keys[at];
        match key.materials.iter_mut().find(|one| one.bytes == material) {
            Some(known) => {
                (known.is_there, known.ends) = (true, ends);
                assert_eq!(known.id, id, "the id follows from the material");
            }
            None => {
                let use_of = if key.materials.is_empty() {
                    Use::Current
                } else {
                    Use::Waits
                };
                key.serials += 1;
                key.materials.push(Material {
                    bytes: material,
                    use_of,
                    is_there: true,
                    ends,
                    serial: key.serials,
                    id,
                });
            }
        }
    }

    async fn delete_material(&mut self, at: usize) {
        let materials = self.keys[at].materials.clone();
        let named = self.dice.pick(&materials).cloned();
        let named = named.filter(|_| self.dice.one_in(2));
        let key = &self.keys[at];
        let expected = match key.is_gone {
            true => Some("NotFoundException"),
            false if !key.is_external => Some("UnsupportedOperationException"),
            false => key.goes.and(INVALID_STATE),
        };
        let mut input = json!({ "KeyId": key.arn });
        let serial = match &named {
            Some(material) => {
                input["KeyMaterialId"] = json!(material.id);
                Some(material.serial)
            }
            None => key.current().map(|material| material.serial),
        };
        let done = self
            .call("DeleteImportedKeyMaterial", input, expected)
            .await;
        if done.is_some() {
            let key = &mut self.keys[at];
            for material in &mut key.materials {
                material.is_there &= Some(material.serial) != serial;
            }
            let stays = |one: &Material| one.is_there || one.use_of != Use::Waits;
            key.materials.retain(stays);
        }
    }

    async fn alias(&mut self, at: usize) {
        let name = format!("alias/{}", self.dice.below(6));
        let taken = self.aliases.contains_key(&name);
        let with_target = json!({ "AliasName": name, "TargetKeyId": self.keys[at].arn });
        match self.dice.below(3) {
            0 => {
                let expected = self.keys[at].unmanageable();
                let expected = expected.or_else(|| taken.then_some("AlreadyExistsException"));
                let done = self.call("CreateAlias", with_target, expected).await;
                done.map(|_| self.aliases.insert(name, at));
            }
            1 => {
                let expected = self.keys[at].unmanageable();
                let expected = expected.or_else(|| (!taken).then_some("NotFoundException"));
                let done = self.call("UpdateAlias", with_target, expected).await;
                done.map(|_| self.aliases.insert(name, at));
            }
            _ => {
                let expected = (!taken).then_some("NotFoundException");
                let input = json!({ "AliasName": name });
                self.call("DeleteAlias", input, expected).await;
                self.aliases.remove(&name);
            }
        }
    }

    async fn grant(&mut self, at: usize) {
        let key = self.keys[at].clone();
        let gone = key.is_gone.then_some("NotFoundException");
        match self.dice.below(3) {
            0 => {
                let input = json!({
                    "KeyId": key.arn, "Operations": ["Decrypt"],
                    "GranteePrincipal": "arn:aws:iam::111122223333:user/a",
                });
                let made = self
                    .call("CreateGrant", input, key.unusable(self.now))
                    .await;
                if let Some(made) = made {
                    self.keys[at].grants.push(text(&made["GrantId"]));
                }
            }
            1 => {
                let id = self.dice.pick(&key.grants).cloned();
                let expected = gone.or_else(|| id.is_none().then_some("InvalidGrantIdException"));
                let id = id.unwrap_or_else(|| "00".repeat(32));
                let input = json!({ "KeyId": key.arn, "GrantId": id });
                if self.call("RevokeGrant", input, expected).await.is_some() {
                    self.keys[at].grants.retain(|one| *one != id);
                }
            }
            _ => {
                let input = json!({ "KeyId": key.arn });
                let listed = self.call("ListGrants", input, key.unmanageable()).await;
                if let Some(listed) = listed {
                    let count = listed["Grants"].as_array().unwrap().len();
                    assert_eq!(count, key.grants.len(), "BTZ_SEED={}", self.seed);
                }
            }
        }
    }

    async fn encrypt(&mut self, at: usize) {
        let aliases: Vec<(String, usize)> = self.aliases.clone().into_iter().collect();
        let alias = self.dice.pick(&aliases).cloned();
        let (name, at) = match alias.filter(|_| self.dice.one_in(2)) {
            Some((name, of)) => (name, of),
            None => (self.keys[at].arn.clone(), at),
        };
        let context = self.dice.pick(&["one", "two"]).copied();
        let context = context.filter(|_| self.dice.one_in(2));
        let plaintext = self.dice.roll().to_be_bytes().to_vec();
        let mut input = json!({ "KeyId": name, "Plaintext": blob(&plaintext) });
        if let Some(context) = context {
            input["EncryptionContext"] = json!({ "of": context });
        }
        let expected = self.keys[at].unusable(self.now);
        if let Some(made) = self.call("Encrypt", input, expected).await {
            assert_eq!(made["KeyId"], self.keys[at].arn, "BTZ_SEED={}", self.seed);
            self.ciphertexts.push(Ciphertext {
                key: at,
                material: self.keys[at].current().map(|material| material.serial),
                context,
                plaintext,
                blob: text(&made["CiphertextBlob"]),
            });
        }
    }

    /// Any ciphertext that was ever made: by its key, by another, in its context or in none.
    async fn decrypt(&mut self) {
        if self.ciphertexts.is_empty() {
            return;
        }
        let at = self.dice.below(self.ciphertexts.len());
        let named = self.dice.below(3);
        let other = self.dice.below(self.keys.len());
        let right_context = !self.dice.one_in(4);
        let ciphertext = &self.ciphertexts[at];
        let own = &self.keys[ciphertext.key];
        let mut input = json!({ "CiphertextBlob": ciphertext.blob });
        let of_other = match named {
            0 => false,
            1 => {
                input["KeyId"] = json!(own.arn);
                false
            }
            _ => {
                input["KeyId"] = json!(self.keys[other].arn);
                other != ciphertext.key
            }
        };
        let context = match (right_context, ciphertext.context) {
            (true, context) => context,
            (false, Some(_)) => None,
            (false, None) => Some("one"),
        };
        if let Some(context) = context {
            input["EncryptionContext"] = json!({ "of": context });
        }
        let expected = if of_other && self.keys[other].is_gone {
            Some("NotFoundException")
        } else if of_other && own.is_gone {
            // Whose it is cannot be told any more; the named key is what it is tried with.
            let unusable = self.keys[other].unusable(self.now);
            unusable.or(Some("InvalidCiphertextException"))
        } else if of_other {
            Some("IncorrectKeyException")
        } else if own.is_gone && named == 0 {
            Some("InvalidCiphertextException")
        } else {
            let is_right = context == ciphertext.context;
            let unusable = own.unusable(self.now);
            unusable.or_else(|| (!is_right).then_some("InvalidCiphertextException"))
        };
        let plaintext = ciphertext.plaintext.clone();
        let id = ciphertext.material.and_then(|serial| {
            let material = own.materials.iter().find(|one| one.serial == serial);
            material.map(|material| material.id.clone())
        });
        if let Some(opened) = self.call("Decrypt", input, expected).await {
            if bytes(&opened["Plaintext"]) != plaintext {
                self.fail("another plaintext came out");
            }
            if id.is_some_and(|id| opened["KeyMaterialId"] != id) {
                self.fail("another material opened it");
            }
        }
    }

    async fn pass_time(&mut self) {
        let days = i64::try_from(self.dice.below(9)).unwrap();
        self.log.push(format!("{days} days pass"));
        self.client.clock.forward_days(days);
        self.now += days * DAY;
        let passed = Duration::from_secs(u64::try_from(days * DAY).unwrap());
        tokio::time::advance(passed).await;
        super::maintenance::settle().await;
        for (at, key) in self.keys.iter_mut().enumerate() {
            // What has expired is deleted: so it is as if it never came when it waited to be used.
            for material in &mut key.materials {
                material.is_there &= material.ends.is_none_or(|ends| self.now < ends);
            }
            let stays = |one: &Material| one.is_there || one.use_of != Use::Waits;
            key.materials.retain(stays);
            if key.goes.is_some_and(|goes| goes <= self.now) {
                (key.goes, key.is_gone) = (None, true);
                self.aliases.retain(|_, of| *of != at);
            }
        }
    }

    async fn compare(&mut self, at: usize) {
        let key = &self.keys[at];
        let expected = key.is_gone.then_some("NotFoundException");
        let state = key.state(self.now);
        let input = json!({ "KeyId": key.arn });
        if let Some(described) = self.call("DescribeKey", input, expected).await {
            let described = text(&described["KeyMetadata"]["KeyState"]);
            if described != state {
                self.fail(&format!("the key is {described}, and should be {state}"));
            }
        }
    }

    async fn step(&mut self) {
        let choice = self.dice.below(20);
        let Some(at) = self.key().filter(|_| choice > 0 || self.keys.len() >= 8) else {
            return self.create_key().await;
        };
        match choice {
            0 | 1 => self.set_enabled(at).await,
            2 if self.dice.one_in(2) => self.schedule(at).await,
            2 | 3 => self.cancel(at).await,
            4 | 5 => self.rotate(at).await,
            6 => self.rotate_automatically(at).await,
            7 | 8 => self.import(at).await,
            9 => self.delete_material(at).await,
            10 | 11 => self.alias(at).await,
            12 | 13 => self.grant(at).await,
            14 | 15 => self.encrypt(at).await,
            16..=18 => self.decrypt().await,
            _ => self.pass_time().await,
        }
        self.compare(at).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_is_called_comes_out_as_the_model_says() {
    let chosen = std::env::var("BTZ_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds = chosen.map_or(1..=SEEDS, |seed: u64| seed..=seed);
    let mut seen = BTreeMap::new();
    for seed in seeds {
        let mut game = Game::new(seed).await;
        for _ in 0..STEPS {
            game.step().await;
        }
        for line in &game.log {
            let operation = line.split(' ').next().unwrap().to_owned();
            let is_refused = line.contains("-> Some");
            let counts: &mut (usize, usize) = seen.entry(operation).or_default();
            *counts = (
                counts.0 + usize::from(!is_refused),
                counts.1 + usize::from(is_refused),
            );
        }
    }
    println!("operation: (carried out, refused) {seen:?}");
    // A test that reaches nothing tests nothing.
    if chosen.is_none() {
        for operation in [
            "Encrypt",
            "Decrypt",
            "ImportKeyMaterial",
            "RotateKeyOnDemand",
        ] {
            let counts = seen[operation];
            assert!(counts.0 > 10 && counts.1 > 10, "{operation}: {counts:?}");
        }
    }
}
