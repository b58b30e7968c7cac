//! Security policies under AWS's names. What a policy lists is what is negotiated here: of AWS's
//! list the versions and suites that rustls has, so TLS 1.0 and 1.1, CBC and key exchange without
//! forward secrecy are missing, and there are no FIPS policies. Source: Application Load Balancers,
//! "Security policies".

use route::TlsVersion;

/// The policy of listeners that name none, as in AWS's API.
pub(crate) const DEFAULT: &str = "ELBSecurityPolicy-2016-08";

const V1_3: &[TlsVersion] = &[TlsVersion::V1_3];
const V1_3_AND_2: &[TlsVersion] = &[TlsVersion::V1_3, TlsVersion::V1_2];
const V1_2: &[TlsVersion] = &[TlsVersion::V1_2];

/// Suites by their IANA and OpenSSL names, in the order of preference.
const SUITES_V1_3: &[(&str, &str)] = &[
    ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
    (
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
    ),
];
const SUITES_V1_2: &[(&str, &str)] = &[
    (
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
    ),
    (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
    ),
    (
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
    ),
    (
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
    ),
];

/// A policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) name: &'static str,
    pub(crate) versions: &'static [TlsVersion],
}

const fn policy(name: &'static str, versions: &'static [TlsVersion]) -> Policy {
    Policy { name, versions }
}

pub(crate) const POLICIES: &[Policy] = &[
    policy("ELBSecurityPolicy-TLS13-1-3-2021-06", V1_3),
    policy("ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", V1_3),
    policy("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-PQ-2025-09", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-1-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-0-2021-06", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS13-1-0-PQ-2025-09", V1_3_AND_2),
    policy("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", V1_2),
    policy("ELBSecurityPolicy-TLS-1-2-2017-01", V1_2),
    policy("ELBSecurityPolicy-TLS-1-1-2017-01", V1_2),
    policy(DEFAULT, V1_2),
    policy("ELBSecurityPolicy-2015-05", V1_2),
    policy("ELBSecurityPolicy-TLS-1-0-2015-04", V1_2),
    policy("ELBSecurityPolicy-FS-1-2-Res-2020-10", V1_2),
    policy("ELBSecurityPolicy-FS-1-2-Res-2019-08", V1_2),
    policy("ELBSecurityPolicy-FS-1-2-2019-08", V1_2),
    policy("ELBSecurityPolicy-FS-1-1-2019-08", V1_2),
    policy("ELBSecurityPolicy-FS-2018-06", V1_2),
];

impl Policy {
    pub(crate) fn named(name: &str) -> Option<Self> {
        POLICIES.iter().copied().find(|policy| policy.name == name)
    }

    /// Whether it prefers a hybrid key exchange.
    pub(crate) fn is_post_quantum(self) -> bool {
        self.name.contains("-PQ-")
    }

    /// As the API names versions.
    pub(crate) fn protocols(self) -> impl Iterator<Item = &'static str> {
        self.versions.iter().map(|version| match version {
            TlsVersion::V1_3 => "TLSv1.3",
            TlsVersion::V1_2 => "TLSv1.2",
        })
    }

    /// As the IANA names suites, and as the API does.
    pub(crate) fn suites(self) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
        let of = |version, suites| {
            let has = self.versions.contains(&version);
            if has { suites } else { &[][..] }
        };
        of(TlsVersion::V1_3, SUITES_V1_3)
            .iter()
            .chain(of(TlsVersion::V1_2, SUITES_V1_2))
    }
}
