//! Compiled items, kept as long as nothing that went into them has changed: one changed address
//! costs one IP set and the web ACLs that use it, whatever else there is.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::{Key, Revision};
use types::ServiceError;
use waf::{
    CompileError, CompileErrorKind, ExceptionField, IpSet, Library, Memo, RegexPatternSet,
    RuleGroup, RuleGroupSource, TokenPolicy, WebAcl, WebAclSource,
};
use wire::Value;

use crate::exception;
use crate::item::{Identity, Item, Kind};
use crate::scope::{Place, Scope};
use crate::state::{self, DRAFT, Rows};

/// The rows that something was compiled from.
type Versions = BTreeMap<Key, Revision>;

/// Compiled items by ARN.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    ip_sets: Board<IpSet>,
    regex_pattern_sets: Board<RegexPatternSet>,
    rule_groups: Board<RuleGroup>,
    web_acls: Board<WebAcl>,
    /// What is the same in a policy before and after a change.
    memo: Memo,
}

#[derive(Debug)]
struct Board<T>(Mutex<HashMap<String, Kept<T>>>);

#[derive(Debug)]
struct Kept<T> {
    versions: Versions,
    item: Arc<T>,
}

impl<T> Default for Board<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Board<T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept, if all rows that it was compiled from are still the same.
    fn current(&self, arn: &str, rows: &Rows) -> Option<(Versions, Arc<T>)> {
        let board = self.lock();
        let kept = board.get(arn)?;
        let same = |(key, revision): (&Key, &Revision)| {
            rows.row(key).is_some_and(|row| row.revision == *revision)
        };
        kept.versions
            .iter()
            .all(same)
            .then(|| (kept.versions.clone(), Arc::clone(&kept.item)))
    }

    fn keep(&self, arn: &str, versions: &Versions, item: &Arc<T>) {
        if !versions.values().any(|revision| *revision == DRAFT) {
            let kept = Kept {
                versions: versions.clone(),
                item: Arc::clone(item),
            };
            self.lock().insert(arn.to_owned(), kept);
        }
    }

    fn retain(&self, rows: &Rows) {
        self.lock()
            .retain(|_, kept| kept.versions.keys().all(|key| rows.row(key).is_some()));
    }
}

impl Shelf {
    /// The web ACL of this ARN, compiled from its row and what it refers to.
    pub(crate) fn web_acl(&self, rows: &Rows, arn: &str) -> Result<Arc<WebAcl>, ServiceError> {
        if let Some((_, web_acl)) = self.web_acls.current(arn, rows) {
            return Ok(web_acl);
        }
        let identity = Identity::of_arn(arn).ok_or_else(|| exception::invalid_arn(arn))?;
        let row = rows
            .item_row(&identity)
            .ok_or_else(exception::nonexistent_item)?;
        let item = state::read_item(Kind::WebAcl, &identity.place, row)?;
        let resolver = Resolver::new(self, rows, &identity.place);
        let web_acl = Arc::new(resolver.compile_web_acl(&item)?);
        let mut versions = resolver.versions.into_inner();
        versions.insert(row.key.clone(), row.revision);
        self.web_acls.keep(arn, &versions, &web_acl);
        Ok(web_acl)
    }

    /// Whether an item, as it is drafted, can be put in force; and the capacity it needs.
    pub(crate) fn check(&self, rows: &Rows, item: &Item) -> Result<u64, ServiceError> {
        let resolver = Resolver::new(self, rows, &item.identity.place);
        match item.identity.kind {
            Kind::WebAcl => Ok(resolver.compile_web_acl(item)?.capacity()),
            Kind::RuleGroup => {
                let compiled = compile_rule_group(item, &resolver);
                Ok(resolver.explained(compiled, item)?.capacity())
            }
            Kind::IpSet => ip_set(item)
                .map(|_| 0)
                .map_err(|error| exception::compile(&error)),
            Kind::RegexPatternSet => regex_pattern_set(item)
                .map(|_| 0)
                .map_err(|error| exception::compile(&error)),
        }
    }

    /// The capacity that rules need.
    pub(crate) fn capacity(
        &self,
        rows: &Rows,
        place: &Place,
        rules: &Value,
    ) -> Result<u64, ServiceError> {
        let resolver = Resolver::new(self, rows, place);
        let capacity = waf::check_capacity(rules, &resolver);
        resolver.undamaged()?;
        capacity.map_err(|error| exception::compile(&error))
    }

    /// Forgets what was compiled from rows that are gone.
    pub(crate) fn forget(&self, rows: &Rows) {
        self.ip_sets.retain(rows);
        self.regex_pattern_sets.retain(rows);
        self.rule_groups.retain(rows);
        self.web_acls.retain(rows);
    }

    /// Forgets parts that nothing uses any more.
    pub(crate) fn sweep(&self) {
        self.memo.sweep();
    }
}

/// What the references of one web ACL or rule group resolve to, and from which rows.
struct Resolver<'a> {
    shelf: &'a Shelf,
    rows: &'a Rows,
    place: &'a Place,
    versions: RefCell<Versions>,
    /// A row that could not be read: the reference looks as if it led nowhere, which is not so.
    damaged: RefCell<Option<ServiceError>>,
}

impl<'a> Resolver<'a> {
    fn new(shelf: &'a Shelf, rows: &'a Rows, place: &'a Place) -> Self {
        Self {
            shelf,
            rows,
            place,
            versions: RefCell::default(),
            damaged: RefCell::default(),
        }
    }

    fn resolve<T>(
        &self,
        arn: &str,
        kind: Kind,
        board: &Board<T>,
        compile: impl FnOnce(&Item, &Self) -> Result<T, CompileError>,
    ) -> Option<Arc<T>> {
        let identity = Identity::of_arn(arn)?;
        if identity.kind != kind || identity.place != *self.place {
            return None;
        }
        if let Some((versions, item)) = board.current(arn, self.rows) {
            self.versions.borrow_mut().extend(versions);
            return Some(item);
        }
        let row = self.rows.item_row(&identity)?;
        let inner = Self::new(self.shelf, self.rows, self.place);
        let compiled = state::read_item(kind, self.place, row).and_then(|item| {
            if item.identity.name != identity.name {
                return Ok(None);
            }
            let compiled = compile(&item, &inner);
            compiled
                .map(Some)
                .map_err(|error| exception::compile(&error))
        });
        let compiled = match compiled {
            Ok(compiled) => Arc::new(compiled?),
            Err(error) => {
                self.damaged.borrow_mut().get_or_insert(error);
                return None;
            }
        };
        let mut versions = inner.versions.into_inner();
        versions.insert(row.key.clone(), row.revision);
        board.keep(arn, &versions, &compiled);
        self.versions.borrow_mut().extend(versions);
        Some(compiled)
    }

    fn undamaged(&self) -> Result<(), ServiceError> {
        self.damaged.borrow_mut().take().map_or(Ok(()), Err)
    }

    fn compile_web_acl(&self, item: &Item) -> Result<WebAcl, ServiceError> {
        let arn = item.identity.arn();
        let none = Value::Null;
        let source = WebAclSource {
            arn: arn.as_str(),
            name: &item.identity.name,
            default_action: item.member("DefaultAction").unwrap_or(&none),
            rules: item.member("Rules").unwrap_or(&none),
            custom_response_bodies: item.member("CustomResponseBodies"),
            association_config: item.member("AssociationConfig"),
            label_namespace: &item.identity.label_namespace(),
        };
        let compiled = waf::compile_web_acl(&source, self).and_then(|web_acl| {
            let tokens = TokenPolicy::compile(
                item.member("CaptchaConfig"),
                item.member("ChallengeConfig"),
                item.member("TokenDomains"),
            )?;
            Ok(web_acl.with_tokens(tokens))
        });
        self.explained(compiled, item)
    }

    /// An engine's refusal in AWS's words. Too much capacity is told with how much it was.
    fn explained<T>(
        &self,
        compiled: Result<T, CompileError>,
        item: &Item,
    ) -> Result<T, ServiceError> {
        self.undamaged()?;
        compiled.map_err(|error| {
            let whole = matches!(
                error.field,
                ExceptionField::WebAcl | ExceptionField::RuleGroup
            );
            if error.kind == CompileErrorKind::LimitsExceeded && whole {
                let rules = item.member("Rules").unwrap_or(&Value::Null);
                if let Ok(needed) = waf::check_capacity(rules, self) {
                    return exception::capacity_exceeded(error.field.as_str(), needed);
                }
            }
            exception::compile(&error)
        })
    }
}

impl Library for Resolver<'_> {
    fn ip_set(&self, arn: &str) -> Option<Arc<IpSet>> {
        self.resolve(arn, Kind::IpSet, &self.shelf.ip_sets, |item, _| {
            ip_set(item)
        })
    }

    fn regex_pattern_set(&self, arn: &str) -> Option<Arc<RegexPatternSet>> {
        let board = &self.shelf.regex_pattern_sets;
        self.resolve(arn, Kind::RegexPatternSet, board, |item, _| {
            regex_pattern_set(item)
        })
    }

    fn rule_group(&self, arn: &str) -> Option<Arc<RuleGroup>> {
        self.resolve(
            arn,
            Kind::RuleGroup,
            &self.shelf.rule_groups,
            |item, inner| compile_rule_group(item, inner),
        )
    }

    fn serves_cloudfront(&self) -> bool {
        self.place.scope == Scope::Cloudfront
    }

    fn memo(&self) -> Option<&Memo> {
        Some(&self.shelf.memo)
    }
}

fn ip_set(item: &Item) -> Result<IpSet, CompileError> {
    IpSet::parse(&texts(item.member("Addresses"), None))
}

fn regex_pattern_set(item: &Item) -> Result<RegexPatternSet, CompileError> {
    RegexPatternSet::parse(&texts(
        item.member("RegularExpressionList"),
        Some("RegexString"),
    ))
}

fn compile_rule_group(item: &Item, library: &dyn Library) -> Result<RuleGroup, CompileError> {
    let capacity = item.member("Capacity").and_then(Value::as_i64);
    let arn = item.identity.arn();
    let source = RuleGroupSource {
        arn: arn.as_str(),
        name: &item.identity.name,
        rules: item.member("Rules").unwrap_or(&Value::Null),
        custom_response_bodies: item.member("CustomResponseBodies"),
        label_namespace: &item.identity.label_namespace(),
        capacity: capacity.and_then(|capacity| u64::try_from(capacity).ok()),
    };
    waf::compile_rule_group(&source, library)
}

/// The texts of a list, or of one member of its structures.
fn texts<'v>(list: Option<&'v Value>, member: Option<&str>) -> Vec<&'v str> {
    let items = list.and_then(Value::as_list).unwrap_or_default().iter();
    items
        .filter_map(|item| match member {
            None => item.as_str(),
            Some(name) => item.member(name)?.as_str(),
        })
        .collect()
}
