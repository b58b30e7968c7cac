//! awsQuery from the client's side: a form from an input, an output from the XML that answers it.
//! Source: Smithy 2.0, "AWS query protocol".

use roxmltree::{Document, Node};
use wire::{Kind, Model, Shape, Value};

/// An answer that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no XML.
    #[error("the answer is no XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// It has not the form that the model says.
    #[error("the answer has not the form of {operation}: {problem}")]
    Form {
        /// The operation.
        operation: String,
        /// What is wrong.
        problem: String,
    },
}

/// The form of a call. The input is one of JSON: structures, lists, texts, numbers, booleans. (Its
/// lists are written as those of a model that flattens none.)
#[must_use]
pub fn form(api_version: &str, operation: &str, input: &Value) -> String {
    let mut form = format!("Action={operation}&Version={api_version}");
    write(&mut form, "", input);
    form
}

fn write(form: &mut String, name: &str, value: &Value) {
    let text = match value {
        Value::Null | Value::Blob(_) | Value::Timestamp(_) => return,
        Value::Map(members) => {
            for (member, value) in members {
                let dot = if name.is_empty() { "" } else { "." };
                write(form, &format!("{name}{dot}{member}"), value);
            }
            return;
        }
        // An empty list is the parameter without a value.
        Value::List(items) if items.is_empty() => String::new(),
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                write(form, &format!("{name}.member.{}", number + 1), item);
            }
            return;
        }
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::String(text) => text.clone(),
    };
    form.push('&');
    encode(form, name);
    form.push('=');
    encode(form, &text);
}

fn encode(form: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            form.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// The output in an answer, by the operation's shapes; blobs and timestamps stay text.
///
/// # Errors
/// When it is no XML, or has another form.
pub fn output(model: &Model, operation: &str, xml: &str) -> Result<Value, QueryError> {
    let document = Document::parse(xml)?;
    let wrong = |problem: &str| QueryError::Form {
        operation: operation.to_owned(),
        problem: problem.to_owned(),
    };
    let root = document.root_element();
    if root.tag_name().name() != format!("{operation}Response") {
        return Err(wrong("it is another answer"));
    }
    let known = model
        .operation(operation)
        .ok_or_else(|| wrong("the model has no such operation"))?;
    let Some(shape) = known.output() else {
        return Ok(Value::Map(Vec::new()));
    };
    let Some(result) = child(root, &format!("{operation}Result")) else {
        return Ok(Value::Map(Vec::new()));
    };
    read(model, model.shape(shape), result).map_err(|problem| wrong(&problem))
}

/// The code and message in an answer that is an error.
#[must_use]
pub fn error(xml: &str) -> Option<(String, String)> {
    let document = Document::parse(xml).ok()?;
    let error = document
        .root_element()
        .descendants()
        .find(|node| node.tag_name().name() == "Error")?;
    let text = |name| Some(text_of(child(error, name)?));
    Some((text("Code")?, text("Message").unwrap_or_default()))
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children()
        .find(|child| child.tag_name().name() == name)
}

fn text_of(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

/// Recursion is as deep as the shapes are nested in the document, and awsQuery's shapes here are not
/// recursive.
fn read(model: &Model, shape: &Shape, node: Node<'_, '_>) -> Result<Value, String> {
    let text = || text_of(node);
    match shape.kind() {
        Kind::Structure(members) => {
            let mut read_members = Vec::new();
            for member in members {
                if let Some(found) = child(node, member.name()) {
                    let value = read(model, model.shape(member.shape()), found)?;
                    read_members.push((member.name().to_owned(), value));
                }
            }
            Ok(Value::Map(read_members))
        }
        Kind::List(member) => {
            let items = node
                .children()
                .filter(|child| child.tag_name().name() == "member");
            let inner = model.shape(member.shape());
            let items: Result<Vec<Value>, String> =
                items.map(|item| read(model, inner, item)).collect();
            Ok(Value::List(items?))
        }
        Kind::Boolean => match text().trim() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            other => Err(format!("`{}` is no boolean", other.escape_debug())),
        },
        Kind::Integer | Kind::Long => {
            let text = text();
            let number = text.trim().parse().map(Value::Integer);
            number.map_err(|_| format!("`{}` is no number", text.escape_debug()))
        }
        _ => Ok(Value::from(text())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::from_json(
            r#"{"metadata": {"apiVersion": "2015-12-01", "endpointPrefix": "e", "protocol": "query",
                "serviceId": "E", "xmlNamespace": "http://e/"},
              "operations": {"DescribeThings": {"name": "DescribeThings",
                "http": {"method": "POST", "requestUri": "/"},
                "input": {"shape": "Input"},
                "output": {"shape": "Output", "resultWrapper": "DescribeThingsResult"}}},
              "shapes": {
                "Input": {"type": "structure", "members": {"Names": {"shape": "Names"}}},
                "Names": {"type": "list", "member": {"shape": "Name"}},
                "Name": {"type": "string"},
                "Port": {"type": "integer"},
                "On": {"type": "boolean"},
                "Thing": {"type": "structure", "members": {"Name": {"shape": "Name"},
                  "Port": {"shape": "Port"}, "On": {"shape": "On"}, "Names": {"shape": "Names"}}},
                "Things": {"type": "list", "member": {"shape": "Thing"}},
                "Output": {"type": "structure", "members": {"Things": {"shape": "Things"}}}}}"#,
        )
        .unwrap()
    }

    fn value(json: &str) -> Value {
        wire::json::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_form_names_each_leaf_by_its_way() {
        let input = value(
            r#"{"Name": "a b&\u00e9", "Matcher": {"HttpCode": "200-299"}, "Ports": [80, 81],
                "Tags": [{"Key": "k", "Value": ""}], "None": [], "On": false, "Nothing": null}"#,
        );
        assert_eq!(
            form("2015-12-01", "Create", &input),
            "Action=Create&Version=2015-12-01&Name=a%20b%26%C3%A9&Matcher.HttpCode=200-299\
             &Ports.member.1=80&Ports.member.2=81&Tags.member.1.Key=k&Tags.member.1.Value=&None=\
             &On=false"
        );
    }

    #[test]
    fn an_output_is_read_by_its_shapes() {
        let xml = "<DescribeThingsResponse xmlns=\"http://e/\"><DescribeThingsResult><Things>\
                   <member><Name>a &lt;b&gt; </Name><Port> 80 </Port><On>true</On><Names/></member>\
                   <member><Names><member>x</member><member/></Names><Else>1</Else></member>\
                   </Things></DescribeThingsResult><ResponseMetadata/></DescribeThingsResponse>";
        assert_eq!(
            output(&model(), "DescribeThings", xml).unwrap(),
            value(
                r#"{"Things": [{"Name": "a <b> ", "Port": 80, "On": true, "Names": []},
                    {"Names": ["x", ""]}]}"#
            )
        );
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for xml in [
            "",
            "<html/>",
            "<DescribeThingsResponse>",
            "<DescribeThingsResponse><DescribeThingsResult><Things><member><Port>x</Port></member>\
             </Things></DescribeThingsResult></DescribeThingsResponse>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><DescribeThingsResponse/>",
        ] {
            assert!(output(&model(), "DescribeThings", xml).is_err(), "{xml}");
        }
    }

    #[test]
    fn errors_are_read_whatever_wraps_them() {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                   <Message>No &amp; no</Message></Error></ErrorResponse>";
        let expected = ("AccessDenied".to_owned(), "No & no".to_owned());
        assert_eq!(error(xml), Some(expected));
        assert_eq!(error("<a/>"), None);
        assert_eq!(error("no"), None);
    }
}
