//! The operations of the WAFv2 API that have no meaning here, each with the reason and the error of
//! AWS's own that it is answered with. Every other operation is carried out; a test walks the model.

use types::ServiceError;

use crate::exception;

/// An operation that is not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declined {
    /// Its name.
    pub operation: &'static str,
    /// Why, for people.
    pub reason: &'static str,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    InvalidOperation,
    NonexistentItem,
}

const PAYMENTS: &str = "Monetization is settled by AWS for CloudFront distributions: nothing here \
                        takes payments, so there is no revenue to tell of.";
const MOBILE_SDK: &str = "The mobile SDK is AWS's own program, given to some of its customers: there \
                          is no release of it here.";
const VENDORS: &str = "Managed rule sets are what sellers of AWS Marketplace publish: AWS makes one \
                       for a seller, and this account is none. Rules of one's own are shared as rule \
                       groups.";

/// The table.
pub const DECLINED: [Declined; 11] = [
    declined(
        "GenerateMobileSdkReleaseUrl",
        MOBILE_SDK,
        Answer::NonexistentItem,
    ),
    declined("GetManagedRuleSet", VENDORS, Answer::NonexistentItem),
    declined("GetMobileSdkRelease", MOBILE_SDK, Answer::NonexistentItem),
    declined("GetRevenueStatistics", PAYMENTS, Answer::InvalidOperation),
    declined(
        "GetRevenueStatisticsSummary",
        PAYMENTS,
        Answer::InvalidOperation,
    ),
    declined(
        "GetRevenueStatisticsTimeSeries",
        PAYMENTS,
        Answer::InvalidOperation,
    ),
    declined("ListManagedRuleSets", VENDORS, Answer::InvalidOperation),
    declined(
        "ListMobileSdkReleases",
        MOBILE_SDK,
        Answer::InvalidOperation,
    ),
    declined("ListSettlementRecords", PAYMENTS, Answer::InvalidOperation),
    declined(
        "PutManagedRuleSetVersions",
        VENDORS,
        Answer::NonexistentItem,
    ),
    declined(
        "UpdateManagedRuleSetVersionExpiryDate",
        VENDORS,
        Answer::NonexistentItem,
    ),
];

const fn declined(operation: &'static str, reason: &'static str, answer: Answer) -> Declined {
    Declined {
        operation,
        reason,
        answer,
    }
}

/// The entry of an operation, if it has one.
#[must_use]
pub fn find(operation: &str) -> Option<&'static Declined> {
    DECLINED.iter().find(|entry| entry.operation == operation)
}

impl Declined {
    /// What its caller is answered.
    pub(crate) fn error(&self) -> ServiceError {
        match self.answer {
            Answer::InvalidOperation => exception::invalid_operation(self.reason),
            Answer::NonexistentItem => {
                let mut error = exception::nonexistent_item();
                error.message = format!("{} {}", error.message, self.reason);
                error
            }
        }
    }
}
