//! JSON Schema of the contract's messages as proto3 JSON writes them, made from their descriptors and comments.
//!
//! Made at run time, once, rather than kept in a file: what is served can't fall behind the contract, and nobody has to regenerate anything.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

/// The schemas of messages and enums, each once, by name.
pub(crate) struct Schemas {
    /// What a reference begins with: `#/components/schemas/` in OpenAPI, `#/$defs/` in a schema that stands alone.
    prefix: &'static str,
    defined: BTreeMap<String, Value>,
}

impl Schemas {
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self { prefix, defined: BTreeMap::new() }
    }

    /// A reference to a message, which is defined with all that it holds.
    pub(crate) fn of(&mut self, message: &MessageDescriptor) -> Value {
        if !self.defined.contains_key(message.name()) {
            // Before its fields are looked at: a message may hold itself.
            self.defined.insert(message.name().to_owned(), Value::Null);
            let schema = self.message(message);
            self.defined.insert(message.name().to_owned(), schema);
        }
        self.reference(message.name())
    }

    /// All that was defined.
    pub(crate) fn defined(self) -> Map<String, Value> {
        self.defined.into_iter().collect()
    }

    /// The schema of one field.
    pub(crate) fn field(&mut self, field: &FieldDescriptor) -> Value {
        let mut schema = self.value(&field.kind());
        if field.is_list() {
            schema = json!({"type": "array", "items": schema});
        }
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".into(), comment(&field.parent_file(), field.path()).into());
        }
        schema
    }

    fn message(&mut self, message: &MessageDescriptor) -> Value {
        let properties: Map<String, Value> = message.fields().map(|field| (field.json_name().to_owned(), self.field(&field))).collect();
        let mut schema =
            json!({"type": "object", "description": comment(&message.parent_file(), message.path()), "properties": properties});
        if let Value::Object(schema) = &mut schema {
            let required: Vec<String> = message.fields().filter(is_required).map(|field| field.json_name().to_owned()).collect();
            if !required.is_empty() {
                schema.insert("required".into(), required.into());
            }
            // A later version's reply may hold more; a request that does is refused.
            if is_request(message) {
                schema.insert("additionalProperties".into(), false.into());
            }
            if message.fields().all(|field| field.containing_oneof().is_some()) && message.oneofs().len() == 1 {
                schema.insert("minProperties".into(), 1.into());
                schema.insert("maxProperties".into(), 1.into());
            }
        }
        schema
    }

    fn value(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Double | Kind::Float => json!({"type": "number"}),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => json!({"type": "integer", "format": "int32"}),
            Kind::Uint32 | Kind::Fixed32 => json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": u32::MAX}),
            // Text, since a JSON number of JavaScript's holds 53 bits.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => json!({"type": "string", "format": "int64"}),
            Kind::Uint64 | Kind::Fixed64 => json!({"type": "string", "pattern": "^[0-9]+$"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::String => json!({"type": "string"}),
            Kind::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Kind::Message(message) => match message.full_name() {
                "google.protobuf.Timestamp" => json!({"type": "string", "format": "date-time"}),
                "google.protobuf.Duration" => json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9})?s$"}),
                _ => self.of(message),
            },
            Kind::Enum(names) => self.names(names),
        }
    }

    fn names(&mut self, names: &EnumDescriptor) -> Value {
        let values: Vec<String> = names.values().map(|value| value.name().to_owned()).collect();
        let said =
            |value: prost_reflect::EnumValueDescriptor| format!("- `{}`: {}", value.name(), comment(&names.parent_file(), value.path()));
        let lines: Vec<String> = std::iter::once(comment(&names.parent_file(), names.path())).chain(names.values().map(said)).collect();
        self.defined
            .entry(names.name().to_owned())
            .or_insert_with(|| json!({"type": "string", "enum": values, "description": lines.join("\n")}));
        self.reference(names.name())
    }

    fn reference(&self, name: &str) -> Value {
        json!({"$ref": format!("{}{name}", self.prefix)})
    }
}

/// A schema that stands alone.
pub(crate) fn alone(message: &MessageDescriptor) -> Map<String, Value> {
    let mut schemas = Schemas::new("#/$defs/");
    let _ = schemas.of(message);
    let mut defined = schemas.defined();
    let mut schema = match defined.remove(message.name()) {
        Some(Value::Object(schema)) => schema,
        _ => Map::new(),
    };
    schema.insert("$defs".into(), defined.into());
    schema
}

/// The comment that stands above an element of a .proto file, on one line.
pub(crate) fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let locations = file.file_descriptor_proto().source_code_info.as_ref().map(|info| info.location.as_slice()).unwrap_or_default();
    let found = locations.iter().find(|location| location.path == path).and_then(|location| location.leading_comments.as_deref());
    found.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message by its name, such as `antigravityqa.gateway.v1.AskRequest`.
pub(crate) fn named(pool: &DescriptorPool, package: &str, name: &str) -> Option<MessageDescriptor> {
    pool.get_message_by_name(&format!("antigravityqa.{package}.v1.{name}"))
}

fn is_request(message: &MessageDescriptor) -> bool {
    message.name().ends_with("Request")
}

/// `Required, unless …` isn't: no schema could say it.
fn is_required(field: &FieldDescriptor) -> bool {
    comment(&field.parent_file(), field.path()).starts_with("Required. ")
}
