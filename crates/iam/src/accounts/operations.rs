//! `CreateAccount`, `ListAccounts`.

use types::{AccountId, Call, ServiceError};

use super::Accounts;
use super::extension::{
    Account, CreateAccountRequest, CreateAccountResponse, ListAccountsRequest, ListAccountsResponse,
};
use crate::exception;
use crate::limit::ACCOUNTS_MAX;
use crate::state::{SettingsRow, time};

/// How often another id is tried when one is taken.
const ATTEMPTS_MAX: usize = 8;

fn check_caller(accounts: &Accounts, call: &Call) -> Result<(), ServiceError> {
    if accounts.iam.is_first(call.account()) {
        return Ok(());
    }
    Err(ServiceError::sender(
        "AccessDeniedException",
        format!(
            "User: {} is not authorized to perform: btz:{} because accounts are made and listed from \
             the installation's first account only",
            call.principal.arn(),
            call.operation
        ),
    ))
}

pub(crate) async fn create_account(
    accounts: &Accounts,
    call: &Call,
    input: CreateAccountRequest,
) -> Result<CreateAccountResponse, ServiceError> {
    check_caller(accounts, call)?;
    let iam = &accounts.iam;
    if iam.directory.accounts().len() >= ACCOUNTS_MAX {
        return Err(ServiceError::sender(
            "ServiceQuotaExceededException",
            format!("An installation has at most {ACCOUNTS_MAX} accounts."),
        ));
    }
    let account = match &input.account_id {
        Some(text) => text.parse().map_err(exception::internal)?,
        None => free_id(accounts)?,
    };
    if iam.is_account(account) {
        return Err(exists(account));
    }
    iam.change_in(account, call, |draft| {
        // Another process was faster.
        if !draft.account.settings.is_empty() {
            return Err(exists(account));
        }
        let (key, secret) = iam.new_access_key(account, None, draft.now)?;
        let access_key_id = key.id.clone();
        draft.put(key)?;
        draft.put(SettingsRow {
            name: Some(input.name.clone()),
            created_ms: draft.now.as_millis(),
            ..SettingsRow::default()
        })?;
        Ok(CreateAccountResponse {
            account_id: account.to_string(),
            access_key_id,
            secret_access_key: secret,
        })
    })
    .await
}

fn exists(account: AccountId) -> ServiceError {
    ServiceError::sender(
        "ConflictException",
        format!("There is an account {account} already."),
    )
    .with_status(409)
}

fn free_id(accounts: &Accounts) -> Result<AccountId, ServiceError> {
    for _ in 0..ATTEMPTS_MAX {
        let mut random = [0; 8];
        accounts
            .iam
            .entropy
            .fill(&mut random)
            .map_err(exception::entropy)?;
        let account = AccountId::from_random(u64::from_be_bytes(random));
        if !accounts.iam.is_account(account) {
            return Ok(account);
        }
    }
    Err(exception::internal("no free account id was found"))
}

pub(crate) async fn list_accounts(
    accounts: &Accounts,
    call: &Call,
    _: ListAccountsRequest,
) -> Result<ListAccountsResponse, ServiceError> {
    check_caller(accounts, call)?;
    let all = accounts.iam.directory.accounts();
    let first = accounts.iam.account();
    let mut listed: Vec<Account> = all
        .values()
        .map(|account| {
            let settings = account.settings();
            Account {
                account_id: account.id.to_string(),
                name: settings.name,
                alias: settings.alias,
                create_date: (settings.created_ms > 0).then(|| time(settings.created_ms)),
            }
        })
        .collect();
    // It has rows only once something was made in it.
    if !all.contains_key(&first) {
        listed.insert(
            0,
            Account {
                account_id: first.to_string(),
                name: None,
                alias: None,
                create_date: None,
            },
        );
    }
    Ok(ListAccountsResponse { accounts: listed })
}
