//! The table of AWS managed policies.

use super::AwsPolicy;

/// Sorted by name.
pub(crate) const POLICIES: &[AwsPolicy] = &[
    AwsPolicy {
        name: "AWSKeyManagementServicePowerUser",
        path: "/",
        description: "Provides access to AWS Key Management Service (KMS).",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:CreateAlias","kms:CreateKey","kms:DeleteAlias","kms:Describe*","kms:GenerateRandom","kms:Get*","kms:List*","kms:TagResource","kms:UntagResource","iam:ListGroups","iam:ListRoles","iam:ListUsers"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AWSShieldDRTAccessPolicy",
        path: "/service-role/",
        description: "Lets a response team look at and change web ACLs and protections.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["shield:*","wafv2:*","elasticloadbalancing:Describe*","elasticloadbalancing:SetWebACL","cloudwatch:GetMetricData"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AWSWAFConsoleReadOnlyAccess",
        path: "/",
        description: "Provides read-only access to AWS WAF and to what it protects.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["wafv2:CheckCapacity","wafv2:Describe*","wafv2:Get*","wafv2:List*","btz:Explain*","elasticloadbalancing:Describe*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AWSWAFFullAccess",
        path: "/",
        description: "Provides full access to AWS WAF actions.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["wafv2:*","btz:Explain*","elasticloadbalancing:DescribeLoadBalancers","elasticloadbalancing:SetWebACL","logs:CreateLogDelivery","logs:DeleteLogDelivery"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AWSWAFReadOnlyAccess",
        path: "/",
        description: "Provides read only access to AWS WAF actions.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["wafv2:CheckCapacity","wafv2:Describe*","wafv2:Get*","wafv2:List*","btz:Explain*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AdministratorAccess",
        path: "/",
        description: "Provides full access to AWS services and resources.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AmazonEC2ReadOnlyAccess",
        path: "/",
        description: "Provides read only access to Amazon EC2: here, to load balancers.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:Describe*","elasticloadbalancing:Describe*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AmazonGuardDutyFullAccess",
        path: "/",
        description: "Provides full access to use Amazon GuardDuty.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"guardduty:*","Resource":"*"},{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringLike":{"iam:AWSServiceName":"guardduty.amazonaws.com"}}}]}"#,
    },
    AwsPolicy {
        name: "AmazonGuardDutyReadOnlyAccess",
        path: "/",
        description: "Provides read only access to Amazon GuardDuty resources.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["guardduty:Describe*","guardduty:Get*","guardduty:List*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "AmazonInspector2FullAccess",
        path: "/",
        description: "Provides full access to Amazon Inspector.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"inspector2:*","Resource":"*"},{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringLike":{"iam:AWSServiceName":"inspector2.amazonaws.com"}}}]}"#,
    },
    AwsPolicy {
        name: "AmazonInspector2ReadOnlyAccess",
        path: "/",
        description: "Provides read only access to Amazon Inspector.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["inspector2:BatchGet*","inspector2:Describe*","inspector2:Get*","inspector2:List*","inspector2:Search*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "ElasticLoadBalancingFullAccess",
        path: "/",
        description: "Provides full access to Amazon ElasticLoadBalancing.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"elasticloadbalancing:*","Resource":"*"},{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*","Condition":{"StringEquals":{"iam:AWSServiceName":"elasticloadbalancing.amazonaws.com"}}}]}"#,
    },
    AwsPolicy {
        name: "ElasticLoadBalancingReadOnly",
        path: "/",
        description: "Provides read only access to Amazon ElasticLoadBalancing.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"elasticloadbalancing:Describe*","Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "IAMFullAccess",
        path: "/",
        description: "Provides full access to IAM.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "IAMReadOnlyAccess",
        path: "/",
        description: "Provides read only access to IAM.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "IAMUserChangePassword",
        path: "/",
        description: "Provides the ability for an IAM user to change their own password.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"arn:aws:iam::*:user/${aws:username}"},{"Effect":"Allow","Action":"iam:GetAccountPasswordPolicy","Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "PowerUserAccess",
        path: "/",
        description: "Provides full access to services and resources, but not to users and groups.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*","btz:CreateAccount"],"Resource":"*"},{"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "ReadOnlyAccess",
        path: "/",
        description: "Provides read-only access to AWS services and resources.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["btz:Explain*","btz:List*","cloudtrail:Describe*","cloudtrail:Get*","cloudtrail:List*","cloudtrail:LookupEvents","elasticloadbalancing:Describe*","guardduty:Describe*","guardduty:Get*","guardduty:List*","iam:GenerateCredentialReport","iam:Get*","iam:List*","iam:Simulate*","inspector2:BatchGet*","inspector2:Describe*","inspector2:Get*","inspector2:List*","inspector2:Search*","kms:Describe*","kms:Get*","kms:List*","shield:Describe*","shield:Get*","shield:List*","sts:GetAccessKeyInfo","sts:GetCallerIdentity","wafv2:CheckCapacity","wafv2:Describe*","wafv2:Get*","wafv2:List*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "SecurityAudit",
        path: "/",
        description: "Grants access to read security configuration metadata.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["btz:List*","cloudtrail:Describe*","cloudtrail:Get*","cloudtrail:List*","cloudtrail:LookupEvents","elasticloadbalancing:Describe*","guardduty:Describe*","guardduty:Get*","guardduty:List*","iam:GenerateCredentialReport","iam:Get*","iam:List*","iam:Simulate*","inspector2:Get*","inspector2:List*","kms:Describe*","kms:GetKeyPolicy","kms:GetKeyRotationStatus","kms:List*","shield:Describe*","shield:GetSubscriptionState","shield:List*","wafv2:Get*","wafv2:List*"],"Resource":"*"}]}"#,
    },
    AwsPolicy {
        name: "ViewOnlyAccess",
        path: "/job-function/",
        description: "Grants permissions to list and describe resources, not to read what they hold.",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["elasticloadbalancing:Describe*","guardduty:List*","iam:GetAccountSummary","iam:List*","inspector2:List*","kms:ListAliases","kms:ListKeys","shield:List*","wafv2:List*"],"Resource":"*"}]}"#,
    },
];
