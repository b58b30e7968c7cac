//! The attributes of a load balancer and of a listener that change how the edge treats requests.
//! Source: Elastic Load Balancing API Reference, "LoadBalancerAttribute", "ListenerAttribute".

/// `routing.http.xff_header_processing.mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XffMode {
    /// The client's address is added.
    #[default]
    Append,
    /// The field goes to the target as it came.
    Preserve,
    /// The field is taken away.
    Remove,
}

/// `routing.http.desync_mitigation_mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DesyncMitigation {
    /// Ambiguous requests pass and are counted.
    Monitor,
    /// Ambiguous requests pass on a connection of their own; severe ones are refused.
    #[default]
    Defensive,
    /// Only requests that follow RFC 7230 pass.
    Strictest,
}

/// A load balancer's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancerAttributes {
    /// `idle_timeout.timeout_seconds`
    pub idle_timeout_seconds: u32,
    /// `client_keep_alive.seconds`
    pub client_keep_alive_seconds: u32,
    /// `routing.http.drop_invalid_header_fields.enabled`
    pub drop_invalid_header_fields: bool,
    /// `routing.http.preserve_host_header.enabled`
    pub preserve_host_header: bool,
    /// `routing.http.x_amzn_tls_version_and_cipher_suite.enabled`
    pub tls_headers: bool,
    /// `routing.http.xff_client_port.enabled`
    pub xff_client_port: bool,
    /// `routing.http.xff_header_processing.mode`
    pub xff_mode: XffMode,
    /// `routing.http.desync_mitigation_mode`
    pub desync_mitigation: DesyncMitigation,
    /// `routing.http2.enabled`
    pub http2: bool,
    /// `waf.fail_open.enabled`
    pub waf_fail_open: bool,
    /// `access_logs.s3.*`: the bucket and the prefix; `None` when they are off.
    pub access_logs: Option<LogPlace>,
    /// `connection_logs.s3.*`
    pub connection_logs: Option<LogPlace>,
}

/// Where logs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPlace {
    /// The bucket's name.
    pub bucket: String,
    /// What comes before the names of its objects.
    pub prefix: String,
}

impl Default for LoadBalancerAttributes {
    fn default() -> Self {
        Self {
            idle_timeout_seconds: 60,
            client_keep_alive_seconds: 3_600,
            drop_invalid_header_fields: false,
            preserve_host_header: false,
            tls_headers: false,
            xff_client_port: false,
            xff_mode: XffMode::default(),
            desync_mitigation: DesyncMitigation::default(),
            http2: true,
            waf_fail_open: false,
            access_logs: None,
            connection_logs: None,
        }
    }
}

/// A listener's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerAttributes {
    /// `routing.http.request.*.header_name`: what a field that the load balancer adds is called,
    /// by its usual name (lower case).
    pub request_header_names: Vec<(String, String)>,
    /// `routing.http.response.*.header_value`: fields that are set on every answer.
    pub response_headers: Vec<(String, String)>,
    /// `routing.http.response.server.enabled`
    pub server_header: bool,
}

impl Default for ListenerAttributes {
    fn default() -> Self {
        Self {
            request_header_names: Vec::new(),
            response_headers: Vec::new(),
            server_header: true,
        }
    }
}
