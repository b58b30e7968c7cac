//! One API: its metadata, operations and shapes, read from the language of botocore's
//! `service-2.json` without documentation. `cargo xtask codegen` makes those files; APIs of our
//! own are written by hand in the same language (`extension.json`).

use std::collections::HashMap;

use crate::pattern::Pattern;
use crate::protocol::{HttpBinding, Protocol, RestRoutes};
use crate::shape::{ErrorTrait, Kind, Location, Member, Shape, ShapeId, XmlNamespace};
use crate::timestamp::TimestampFormat;
use crate::{Value, json};

/// An API's operations and shapes, as an index-based table.
#[derive(Debug)]
pub struct Model {
    protocols: Vec<Protocol>,
    pub(crate) query_compatible: bool,
    api_version: String,
    service_id: String,
    endpoint_prefix: String,
    signing_name: String,
    target_prefix: Option<String>,
    xml_namespace: Option<String>,
    operations: Vec<Operation>,
    operations_by_name: HashMap<String, usize>,
    /// By method and URI, in restJson1.
    pub(crate) rest_routes: RestRoutes,
    shapes: Vec<Shape>,
    shapes_by_name: HashMap<String, ShapeId>,
    /// By shape name and by wire code.
    errors: HashMap<String, ShapeId>,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    pub(crate) name: String,
    pub(crate) input: Option<ShapeId>,
    pub(crate) output: Option<ShapeId>,
    pub(crate) result_wrapper: Option<String>,
    /// In restJson1: its method, URI and status.
    pub(crate) http: Option<HttpBinding>,
}

impl Operation {
    /// Its name, such as `CreateIPSet`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its input's shape; none where it takes nothing.
    #[must_use]
    pub fn input(&self) -> Option<ShapeId> {
        self.input
    }

    /// Its output's shape; none where it answers nothing.
    #[must_use]
    pub fn output(&self) -> Option<ShapeId> {
        self.output
    }
}

/// Why a text is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is no JSON.
    #[error("the model is no JSON: {0}")]
    Json(#[from] json::JsonError),
    /// A part is missing or of the wrong type.
    #[error("the model lacks {0}")]
    Missing(String),
    /// It names a shape that it does not have.
    #[error("the model has no shape `{0}`")]
    UnknownShape(String),
    /// It says something that is not known here.
    #[error("the model has an unknown {what}: {value}")]
    Unknown {
        /// Which part.
        what: &'static str,
        /// What it says.
        value: String,
    },
    /// Two operations answer to the same method and URI, or one to none.
    #[error("the model's operation {operation} {problem}")]
    Route {
        /// The operation.
        operation: String,
        /// What is wrong with its method and URI.
        problem: String,
    },
}

impl Model {
    /// Reads a model.
    ///
    /// # Errors
    /// When it is no JSON, a part is missing, or it names what is not known.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let root = json::parse(text.as_bytes())?;
        let metadata = part(&root, "metadata")?;
        let text_of = |name: &str| {
            metadata
                .member(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let endpoint_prefix = text_of("endpointPrefix").unwrap_or_default();
        let mut model = Self {
            protocols: protocols(metadata)?,
            query_compatible: metadata.member("awsQueryCompatible").is_some(),
            api_version: text_of("apiVersion").unwrap_or_default(),
            service_id: text_of("serviceId").unwrap_or_default(),
            signing_name: text_of("signingName").unwrap_or_else(|| endpoint_prefix.clone()),
            endpoint_prefix,
            target_prefix: text_of("targetPrefix"),
            xml_namespace: metadata
                .member("xmlNamespace")
                .and_then(|value| value.as_str().or_else(|| value.member("uri")?.as_str()))
                .map(str::to_owned),
            operations: Vec::new(),
            operations_by_name: HashMap::new(),
            rest_routes: RestRoutes::default(),
            shapes: Vec::new(),
            shapes_by_name: HashMap::new(),
            errors: HashMap::new(),
        };
        let shapes = members_of(part(&root, "shapes")?, "shapes")?;
        for (index, (name, _)) in shapes.iter().enumerate() {
            model.shapes_by_name.insert(name.clone(), ShapeId(index));
        }
        for (name, shape) in shapes {
            let shape = model.read_shape(name, shape)?;
            if let Some(error) = &shape.error {
                let id = ShapeId(model.shapes.len());
                model.errors.insert(name.clone(), id);
                if let Some(code) = &error.code {
                    model.errors.entry(code.clone()).or_insert(id);
                }
            }
            model.shapes.push(shape);
        }
        for (name, operation) in members_of(part(&root, "operations")?, "operations")? {
            let shape = |member: &str| {
                operation
                    .member(member)
                    .map(|reference| model.reference(reference))
                    .transpose()
            };
            let http = match model.protocols.contains(&Protocol::RestJson1) {
                true => Some(model.http_binding(name, operation)?),
                false => None,
            };
            let operation = Operation {
                name: name.clone(),
                input: shape("input")?,
                output: shape("output")?,
                result_wrapper: operation
                    .member("output")
                    .and_then(|output| output.member("resultWrapper")?.as_str())
                    .map(str::to_owned),
                http,
            };
            model
                .operations_by_name
                .insert(name.clone(), model.operations.len());
            model.operations.push(operation);
        }
        model.rest_routes =
            RestRoutes::new(&model.operations).map_err(|(name, problem)| ModelError::Route {
                operation: name,
                problem,
            })?;
        Ok(model)
    }

    /// Reads a model that is compiled into the program.
    ///
    /// # Panics
    /// When it is no model: `cargo xtask codegen` wrote it wrongly, which every test of its crate
    /// shows.
    #[must_use]
    pub fn embedded(text: &'static str) -> Self {
        match Self::from_json(text) {
            Ok(model) => model,
            #[expect(
                clippy::panic,
                reason = "a compiled-in model that cannot be read is a bug"
            )]
            Err(error) => panic!("the compiled-in model cannot be read: {error}"),
        }
    }

    /// The protocols it is spoken in, the one that the model prefers first; at least one.
    #[must_use]
    pub fn protocols(&self) -> &[Protocol] {
        &self.protocols
    }

    /// The API's version, such as `2019-07-29`.
    #[must_use]
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// AWS's service id, such as `WAFV2`.
    #[must_use]
    pub fn service_id(&self) -> &str {
        &self.service_id
    }

    /// The first label of its AWS host name, such as `elasticloadbalancing`; with
    /// `.amazonaws.com` it is CloudTrail's `eventSource`.
    #[must_use]
    pub fn endpoint_prefix(&self) -> &str {
        &self.endpoint_prefix
    }

    /// The service in a signature's scope, and the prefix of its IAM actions.
    #[must_use]
    pub fn signing_name(&self) -> &str {
        &self.signing_name
    }

    /// What stands before the dot in `X-Amz-Target`, in the JSON protocols.
    #[must_use]
    pub fn target_prefix(&self) -> Option<&str> {
        self.target_prefix.as_deref()
    }

    /// The namespace of its XML answers, in awsQuery.
    #[must_use]
    pub fn xml_namespace(&self) -> Option<&str> {
        self.xml_namespace.as_deref()
    }

    /// The operation of that name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(*self.operations_by_name.get(name)?)
    }

    /// All operations, in the model's order.
    pub fn operations(&self) -> impl ExactSizeIterator<Item = &Operation> {
        self.operations.iter()
    }

    /// All shapes, in the model's order.
    pub fn shapes(&self) -> impl ExactSizeIterator<Item = &Shape> {
        self.shapes.iter()
    }

    /// A shape.
    ///
    /// # Panics
    /// When the id is another model's, which is a bug.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        #[expect(clippy::indexing_slicing, reason = "ids are made by this table only")]
        &self.shapes[id.0]
    }

    /// The shape of that name.
    #[must_use]
    pub fn shape_by_name(&self, name: &str) -> Option<ShapeId> {
        self.shapes_by_name.get(name).copied()
    }

    /// The error shape of a code, which is its name or its wire code.
    #[must_use]
    pub fn error_shape(&self, code: &str) -> Option<&Shape> {
        self.errors.get(code).map(|id| self.shape(*id))
    }

    /// The operation at that place of the model's order.
    pub(crate) fn operation_at(&self, index: usize) -> Option<&Operation> {
        self.operations.get(index)
    }

    fn http_binding(&self, name: &str, operation: &Value) -> Result<HttpBinding, ModelError> {
        let http = part(operation, "http")?;
        let binding = HttpBinding::new(
            text(http, "method")?,
            text(http, "requestUri")?,
            http.member("responseCode").and_then(Value::as_i64),
        );
        let problem = |problem: String| ModelError::Route {
            operation: name.to_owned(),
            problem,
        };
        let binding = binding.map_err(problem)?;
        let members = match operation.member("input") {
            Some(input) => self.input_labels(input)?,
            None => Vec::new(),
        };
        match binding.unbound_label(&members) {
            Some(label) => Err(problem(format!("has no member for its label `{label}`"))),
            None => Ok(binding),
        }
    }

    /// The names of the members that an input's shape binds to labels.
    fn input_labels(&self, input: &Value) -> Result<Vec<&str>, ModelError> {
        let shape = self.shape(self.reference(input)?);
        let labels = shape.members().iter();
        Ok(labels
            .filter(|member| member.location == Some(Location::Uri))
            .map(Member::wire_name)
            .collect())
    }

    fn reference(&self, value: &Value) -> Result<ShapeId, ModelError> {
        let name = text(value, "shape")?;
        self.shape_by_name(name)
            .ok_or_else(|| ModelError::UnknownShape(name.to_owned()))
    }

    fn read_member(&self, name: &str, value: &Value) -> Result<Member, ModelError> {
        Ok(Member {
            name: name.to_owned(),
            shape: self.reference(value)?,
            required: false,
            location_name: value
                .member("locationName")
                .and_then(Value::as_str)
                .map(str::to_owned),
            flattened: flag(value, "flattened"),
            xml_namespace: xml_namespace(value),
            location: location(value)?,
            json_value: flag(value, "jsonvalue"),
        })
    }

    fn read_shape(&self, name: &str, value: &Value) -> Result<Shape, ModelError> {
        let inner = |part_name: &str, member_name: &str| {
            part(value, part_name)
                .and_then(|member| self.read_member(member_name, member))
                .map(Box::new)
        };
        let kind = match text(value, "type")? {
            "structure" if flag(value, "document") => Kind::Document,
            "structure" => {
                let required: Vec<&str> = value
                    .member("required")
                    .and_then(Value::as_list)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let members = value
                    .member("members")
                    .and_then(Value::as_map)
                    .unwrap_or_default();
                let read = |(name, member): &(String, Value)| {
                    let mut member = self.read_member(name, member)?;
                    member.required = required.contains(&name.as_str());
                    Ok(member)
                };
                Kind::Structure(
                    members
                        .iter()
                        .map(read)
                        .collect::<Result<_, ModelError>>()?,
                )
            }
            "list" => Kind::List(inner("member", "member")?),
            "map" => Kind::Map(inner("key", "key")?, inner("value", "value")?),
            "string" | "character" => Kind::String,
            "integer" => Kind::Integer,
            "long" => Kind::Long,
            "float" | "double" => Kind::Float,
            "boolean" => Kind::Boolean,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp,
            other => {
                return Err(ModelError::Unknown {
                    what: "type",
                    value: other.to_owned(),
                });
            }
        };
        let number = |name: &str| match value.member(name) {
            Some(Value::Integer(number)) => Some(*number as f64),
            Some(Value::Float(number)) => Some(*number),
            _ => None,
        };
        let timestamp_format = value
            .member("timestampFormat")
            .and_then(Value::as_str)
            .map(|format| {
                TimestampFormat::parse(format).ok_or_else(|| ModelError::Unknown {
                    what: "timestampFormat",
                    value: format.to_owned(),
                })
            })
            .transpose()?;
        let is_error = flag(value, "exception") || value.member("error").is_some();
        Ok(Shape {
            name: name.to_owned(),
            kind,
            sensitive: flag(value, "sensitive"),
            min: number("min"),
            max: number("max"),
            pattern: value
                .member("pattern")
                .and_then(Value::as_str)
                .map(Pattern::new),
            values: value
                .member("enum")
                .and_then(Value::as_list)
                .unwrap_or_default()
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            flattened: flag(value, "flattened"),
            timestamp_format,
            error: is_error.then(|| error_trait(value)),
            union: flag(value, "union"),
            payload: value
                .member("payload")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }
}

fn protocols(metadata: &Value) -> Result<Vec<Protocol>, ModelError> {
    let listed = metadata
        .member("protocols")
        .and_then(Value::as_list)
        .unwrap_or_default();
    let names = listed
        .iter()
        .chain(metadata.member("protocol"))
        .filter_map(Value::as_str);
    let mut protocols = Vec::new();
    for name in names {
        let protocol = match name {
            "query" => Protocol::AwsQuery,
            "rest-json" => Protocol::RestJson1,
            "smithy-rpc-v2-cbor" => Protocol::RpcV2Cbor,
            "json" => match metadata.member("jsonVersion").and_then(Value::as_str) {
                Some("1.1") => Protocol::AwsJson11,
                Some("1.0") | None => Protocol::AwsJson10,
                Some(other) => {
                    return Err(ModelError::Unknown {
                        what: "jsonVersion",
                        value: other.to_owned(),
                    });
                }
            },
            // One of several that is not spoken here.
            _ => continue,
        };
        if !protocols.contains(&protocol) {
            protocols.push(protocol);
        }
    }
    if protocols.is_empty() {
        return Err(ModelError::Unknown {
            what: "protocol",
            value: json::to_string(metadata.member("protocols").unwrap_or(&Value::Null)),
        });
    }
    Ok(protocols)
}

fn location(member: &Value) -> Result<Option<Location>, ModelError> {
    let Some(name) = member.member("location").and_then(Value::as_str) else {
        return Ok(None);
    };
    match name {
        "uri" => Ok(Some(Location::Uri)),
        "querystring" => Ok(Some(Location::QueryString)),
        "header" => Ok(Some(Location::Header)),
        "headers" => Ok(Some(Location::Headers)),
        "statusCode" => Ok(Some(Location::StatusCode)),
        other => Err(ModelError::Unknown {
            what: "location",
            value: other.to_owned(),
        }),
    }
}

fn error_trait(shape: &Value) -> ErrorTrait {
    let error = shape.member("error");
    let of = |name: &str| error.and_then(|error| error.member(name));
    ErrorTrait {
        code: of("code").and_then(Value::as_str).map(str::to_owned),
        status: of("httpStatusCode")
            .and_then(Value::as_i64)
            .and_then(|n| u16::try_from(n).ok()),
        fault: flag(shape, "fault")
            || of("fault").and_then(Value::as_bool).unwrap_or(false)
            || of("senderFault").and_then(Value::as_bool) == Some(false),
    }
}

fn xml_namespace(value: &Value) -> Option<XmlNamespace> {
    let namespace = value.member("xmlNamespace")?;
    let uri = namespace
        .as_str()
        .or_else(|| namespace.member("uri")?.as_str())?;
    let prefix = namespace.member("prefix").and_then(Value::as_str);
    Some(XmlNamespace {
        prefix: prefix.map(str::to_owned),
        uri: uri.to_owned(),
    })
}

fn part<'a>(value: &'a Value, name: &str) -> Result<&'a Value, ModelError> {
    value
        .member(name)
        .ok_or_else(|| ModelError::Missing(name.to_owned()))
}

fn members_of<'a>(value: &'a Value, name: &str) -> Result<&'a [(String, Value)], ModelError> {
    value
        .as_map()
        .ok_or_else(|| ModelError::Missing(name.to_owned()))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, ModelError> {
    part(value, name)?
        .as_str()
        .ok_or_else(|| ModelError::Missing(name.to_owned()))
}

fn flag(value: &Value, name: &str) -> bool {
    value.member(name).and_then(Value::as_bool).unwrap_or(false)
}
