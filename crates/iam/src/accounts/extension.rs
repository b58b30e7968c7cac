//! The API's model, and of its shapes those that the operations here reach. Source: `extension.json`.
//!
//! Written by `cargo xtask codegen`; do not edit.

use std::sync::LazyLock;

use types::{Call, ServiceError, Time};
use wire::{FromValue, IntoValue, Members, Model, ShapeError, Structure, Value};

/// All operations and shapes of the API.
pub(crate) static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::embedded(include_str!("extension.json")));

/// The operations that are written, sorted.
pub(crate) const IMPLEMENTED: &[&str] = &["CreateAccount", "ListAccounts"];

/// `Account`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Account {
    /// `AccountId`.
    pub(crate) account_id: String,
    /// `Name`.
    pub(crate) name: Option<String>,
    /// `Alias`.
    pub(crate) alias: Option<String>,
    /// `CreateDate`.
    pub(crate) create_date: Option<Time>,
}

impl FromValue for Account {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account_id: members.take("AccountId")?,
            name: members.take("Name")?,
            alias: members.take("Alias")?,
            create_date: members.take("CreateDate")?,
        })
    }
}

impl IntoValue for Account {
    fn into_value(self) -> Value {
        Structure::with_capacity(4)
            .with("AccountId", self.account_id)
            .with("Name", self.name)
            .with("Alias", self.alias)
            .with("CreateDate", self.create_date)
            .end()
    }
}

/// `CreateAccountRequest`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAccountRequest {
    /// `Name`.
    pub(crate) name: String,
    /// `AccountId`.
    pub(crate) account_id: Option<String>,
}

impl FromValue for CreateAccountRequest {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            name: members.take("Name")?,
            account_id: members.take("AccountId")?,
        })
    }
}

impl IntoValue for CreateAccountRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(2)
            .with("Name", self.name)
            .with("AccountId", self.account_id)
            .end()
    }
}

/// `CreateAccountResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CreateAccountResponse {
    /// `AccountId`.
    pub(crate) account_id: String,
    /// `AccessKeyId`.
    pub(crate) access_key_id: String,
    /// `SecretAccessKey`.
    pub(crate) secret_access_key: String,
}

impl FromValue for CreateAccountResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            account_id: members.take("AccountId")?,
            access_key_id: members.take("AccessKeyId")?,
            secret_access_key: members.take("SecretAccessKey")?,
        })
    }
}

impl IntoValue for CreateAccountResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(3)
            .with("AccountId", self.account_id)
            .with("AccessKeyId", self.access_key_id)
            .with("SecretAccessKey", self.secret_access_key)
            .end()
    }
}

/// `ListAccountsRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ListAccountsRequest {}

impl FromValue for ListAccountsRequest {
    fn from_value(_: Value) -> Result<Self, ShapeError> {
        Ok(Self {})
    }
}

impl IntoValue for ListAccountsRequest {
    fn into_value(self) -> Value {
        Structure::with_capacity(0).end()
    }
}

/// `ListAccountsResponse`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListAccountsResponse {
    /// `Accounts`.
    pub(crate) accounts: Vec<Account>,
}

impl FromValue for ListAccountsResponse {
    fn from_value(value: Value) -> Result<Self, ShapeError> {
        let mut members = Members::of(value)?;
        Ok(Self {
            accounts: members.take("Accounts")?,
        })
    }
}

impl IntoValue for ListAccountsResponse {
    fn into_value(self) -> Value {
        Structure::with_capacity(1)
            .with("Accounts", self.accounts)
            .end()
    }
}

/// Carries out `call.operation`, one of [`IMPLEMENTED`]: reads its typed input, calls the
/// function of its name in `crate::accounts::operations`, and makes its answer a value.
pub(crate) async fn dispatch(
    service: &crate::Accounts,
    call: &Call,
    input: Value,
) -> Result<Value, ServiceError> {
    use crate::accounts::operations;
    let output = match call.operation.as_str() {
        "CreateAccount" => operations::create_account(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        "ListAccounts" => operations::list_accounts(service, call, FromValue::from_value(input)?)
            .await?
            .into_value(),
        other => {
            return Err(ServiceError::receiver(
                "InternalFailure",
                format!("{other} was dispatched, but it is not written"),
            ));
        }
    };
    Ok(output)
}
