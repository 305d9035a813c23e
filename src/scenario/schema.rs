//! The format as a JSON Schema (draft 2020-12), so that editors complete and check scenario files.
//!
//! The schema is looser than the reader: references, sums and ranges of distributions are the reader's. Keys that
//! an extending file may leave to its base are not required here.

use serde_json::{Map, Value, json};

use super::action::ActionKeys;
use super::catalog::{Catalog, InstrumentSpec, ParameterSpec};
use super::document::Document;
use super::entity::Entity;
use super::key::{EntityMeta, Fallback, Form, Key, Kind, Limits, Names, Nested};
use super::policies::PolicyKeys;
use super::policy::Comparison;
use super::quantity::FORMS;
use super::sensitivity::Sensitivity;
use super::settings::limits_of;
use super::study::Sweep;

/// Names of the format.
const NAME: &str = "^[a-z0-9][a-z0-9-]{0,63}$";

/// The schema of a scenario file for this catalog.
pub fn json_schema(catalog: &Catalog) -> Value {
    let mut writer = Writer { catalog, definitions: Map::new() };
    let mut root = writer.entity(Document::META, false);
    let required: Vec<&str> = Document::META.keys.iter().filter(|key| key.spec.required).map(|key| key.name).collect();
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "if": { "not": { "required": ["extends"] } },
        "then": { "required": required },
    });
    writer.definitions.insert("distribution".to_string(), distribution());
    let mut schema = head.as_object().cloned().unwrap_or_default();
    if let Some(root) = root.as_object_mut() {
        schema.append(root);
    }
    schema.insert("$defs".to_string(), Value::Object(writer.definitions));
    Value::Object(schema)
}

/// The schema of study files: sweeps and sensitivity studies.
pub fn study_schema(catalog: &Catalog) -> Value {
    let mut writer = Writer { catalog, definitions: Map::new() };
    let kinds = [Sweep::META, Sensitivity::META].map(|meta| writer.entity(meta, true));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Study",
        "description": "A sweep (it has `vary` or `table`) or a sensitivity study.",
        "anyOf": kinds,
        "$defs": writer.definitions,
    })
}

struct Writer<'c> {
    catalog: &'c Catalog,
    definitions: Map<String, Value>,
}

impl Writer<'_> {
    /// A table with known keys; its required keys are required only where it cannot be merged with a base's.
    fn entity(&mut self, meta: &'static EntityMeta, whole: bool) -> Value {
        let properties = self.properties(meta);
        let mut schema = json!({
            "type": "object",
            "description": meta.doc,
            "properties": properties,
            "additionalProperties": false,
        });
        let required: Vec<&str> = meta.keys.iter().filter(|key| key.spec.required).map(|key| key.name).collect();
        if whole && !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    fn properties(&mut self, meta: &'static EntityMeta) -> Map<String, Value> {
        meta.keys.iter().map(|key| (key.name.to_string(), self.key(key))).collect()
    }

    fn key(&mut self, key: &'static Key) -> Value {
        let one = self.one(key);
        let mut schema = match key.spec.form {
            Form::One => one,
            Form::List => json!({ "type": "array", "items": one }),
            Form::PerName(Names::Mechanisms | Names::Instruments) => one,
            Form::PerName(Names::Quantities) => {
                let patterns: Map<String, Value> = FORMS.iter().map(|form| (pattern_of(form), one.clone())).collect();
                json!({ "type": "object", "patternProperties": patterns, "additionalProperties": false })
            }
            Form::PerName(Names::Metrics) => {
                let names = self.catalog.metrics.iter().map(|metric| (metric.name.to_string(), one.clone()));
                let properties: Map<String, Value> = names.collect();
                json!({ "type": "object", "properties": properties, "additionalProperties": false })
            }
            Form::PerName(_) | Form::Declares(_) => {
                json!({ "type": "object", "patternProperties": { NAME: one }, "additionalProperties": false })
            }
        };
        schema["description"] = json!(key.doc);
        match key.spec.fallback {
            Fallback::None => {}
            Fallback::Number(value) => schema["default"] = json!(value),
            Fallback::Whole(value) => schema["default"] = json!(value),
            Fallback::Flag(value) => schema["default"] = json!(value),
            Fallback::Text(value) => schema["default"] = json!(value),
        }
        schema
    }

    /// One value of a key.
    fn one(&mut self, key: &'static Key) -> Value {
        match key.spec.kind {
            Kind::Number(limits) => number(limits),
            Kind::Quantity { .. } => number(Limits { unit: "", low: f64::NEG_INFINITY, high: f64::INFINITY }),
            Kind::Weight(limits) => json!({ "type": "number", "minimum": limits.low, "maximum": limits.high }),
            Kind::Setting(limits) => json!({ "anyOf": [
                { "type": "number", "minimum": limits.low, "maximum": limits.high },
                { "type": ["string", "boolean"] },
            ] }),
            Kind::Whole { low, high: u64::MAX } => json!({ "type": "integer", "minimum": low }),
            Kind::Whole { low, high } => json!({ "type": "integer", "minimum": low, "maximum": high }),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Text => json!({ "type": "string", "maxLength": 200 }),
            Kind::LongText => json!({ "type": "string", "maxLength": 4000 }),
            Kind::NewName => json!({ "type": "string", "pattern": NAME }),
            Kind::Name(of) => self.name(of),
            Kind::Choice => match key.nested {
                Nested::Choices(words) => {
                    let words: Vec<Value> =
                        words.iter().map(|word| json!({ "const": word.name, "description": word.doc })).collect();
                    json!({ "oneOf": words })
                }
                Nested::None | Nested::Entity(_) => json!({ "type": "string" }),
            },
            Kind::Date => json!({ "type": "string", "format": "date" }),
            Kind::Span => json!({ "type": "string", "pattern": "^[0-9]{1,5}[dwmy]$" }),
            Kind::Table => match key.nested {
                Nested::Entity(meta) => {
                    let whole = key.spec.form == Form::List;
                    self.define(meta.name, |writer| writer.entity(meta, whole))
                }
                Nested::None | Nested::Choices(_) => json!({ "type": "object" }),
            },
            Kind::Condition => self.condition(),
            Kind::Action => self.define("Action", Self::action),
            Kind::Policy => self.define("Policy", |writer| writer.entity(PolicyKeys::META, true)),
            Kind::Mechanism => self.mechanisms(),
            Kind::Instrument => self.instruments(),
        }
    }

    /// A reference to a definition, which is made if absent.
    fn define(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(name) {
            // The place is taken first: a definition may refer to itself.
            self.definitions.insert(name.to_string(), Value::Null);
            let made = make(self);
            self.definitions.insert(name.to_string(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn name(&self, of: Names) -> Value {
        let names: Vec<&str> = match of {
            Names::Metrics => self.catalog.metrics.iter().map(|metric| metric.name).collect(),
            Names::Instruments => self.catalog.instruments.iter().map(|spec| spec.name).collect(),
            Names::Provinces => return json!({ "type": "string", "maxLength": 200 }),
            _ => return json!({ "type": "string", "pattern": NAME }),
        };
        json!({ "type": "string", "enum": names })
    }

    fn condition(&mut self) -> Value {
        self.define("Condition", |writer| {
            let comparison = writer.entity(Comparison::META, true);
            let inner = json!({ "$ref": "#/$defs/Condition" });
            let list = json!({ "type": "array", "items": inner, "minItems": 1, "maxItems": 64 });
            let alone = |word: &str, value: &Value| {
                json!({ "type": "object", "properties": { word: value }, "required": [word],
                        "additionalProperties": false })
            };
            json!({ "oneOf": [comparison, alone("all", &list), alone("any", &list), alone("not", &inner)] })
        })
    }

    /// One alternative per instrument: its own keys belong to it only.
    fn action(&mut self) -> Value {
        let common = self.properties(ActionKeys::META);
        let instruments: Vec<Value> =
            self.catalog.instruments.iter().map(|spec| instrument(spec, common.clone())).collect();
        json!({ "oneOf": instruments, "description": ActionKeys::META.doc })
    }

    fn mechanisms(&self) -> Value {
        let tables = self.catalog.mechanisms.iter().map(|spec| {
            let mut properties = parameters(spec.parameters);
            let on = json!({ "type": "boolean", "default": true, "description": "Whether it changes anything." });
            properties.insert("on".to_string(), on);
            let table = json!({ "type": "object", "description": spec.doc, "properties": properties,
                                "additionalProperties": false });
            (spec.name.to_string(), table)
        });
        let tables: Map<String, Value> = tables.collect();
        json!({ "type": "object", "properties": tables, "additionalProperties": false })
    }

    fn instruments(&self) -> Value {
        let tables = self.catalog.instruments.iter().map(|spec| {
            let table = json!({ "type": "object", "description": spec.doc, "properties": parameters(spec.options),
                                "additionalProperties": false });
            (spec.name.to_string(), table)
        });
        let tables: Map<String, Value> = tables.collect();
        json!({ "type": "object", "properties": tables, "additionalProperties": false })
    }
}

fn instrument(spec: &InstrumentSpec, common: Map<String, Value>) -> Value {
    let mut properties = common;
    properties.insert("kind".to_string(), json!({ "const": spec.name, "description": spec.doc }));
    let name = json!({ "type": "string", "pattern": NAME });
    for target in spec.targets {
        let mut schema = if target.many { json!({ "type": "array", "items": name }) } else { name.clone() };
        schema["description"] = json!(target.doc);
        properties.insert(target.key.to_string(), schema);
    }
    properties.append(&mut parameters(spec.options));
    let targets = spec.targets.iter().filter(|target| target.required).map(|target| target.key);
    let required: Vec<&str> = std::iter::once("kind").chain(targets).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn parameters(specs: &[ParameterSpec]) -> Map<String, Value> {
    let schemas = specs.iter().map(|spec| {
        let mut schema = number(limits_of(spec));
        schema["description"] = json!(format!("{} ({})", spec.doc, spec.unit));
        if let Some(default) = spec.default {
            schema["default"] = json!(default);
        }
        (spec.name.to_string(), schema)
    });
    schemas.collect()
}

/// A bare number within limits, or a distribution.
fn number(limits: Limits) -> Value {
    let mut bare = json!({ "type": "number" });
    if limits.low.is_finite() {
        bare["minimum"] = json!(limits.low);
    }
    if limits.high.is_finite() {
        bare["maximum"] = json!(limits.high);
    }
    if !limits.unit.is_empty() {
        bare["description"] = json!(limits.unit);
    }
    json!({ "anyOf": [bare, { "$ref": "#/$defs/distribution" }] })
}

fn distribution() -> Value {
    let figures =
        |count: usize| json!({ "type": "array", "items": { "type": "number" }, "minItems": count, "maxItems": count });
    let list = json!({ "type": "array", "items": { "type": "number" }, "minItems": 1, "maxItems": 256 });
    let one_of: Vec<Value> = super::number::LAWS.iter().map(|law| json!({ "required": [law] })).collect();
    json!({
        "type": "object",
        "description": "A number with a distribution or a source.",
        "properties": {
            "value": { "type": "number" },
            "uniform": figures(2),
            "triangular": figures(3),
            "pert": figures(3),
            "normal": figures(2),
            "lognormal": figures(2),
            "beta": figures(2),
            "loguniform": figures(2),
            "choice": list,
            "weights": list,
            "min": { "type": "number" },
            "max": { "type": "number" },
            "source": { "type": "string" },
            "grade": { "enum": ["A", "B", "C"] },
            "note": { "type": "string" },
            "unit": { "type": "string" },
        },
        "oneOf": one_of,
        "additionalProperties": false,
    })
}

/// The form of a quantity as a pattern: capitals stand for names.
fn pattern_of(form: &str) -> String {
    let parts: Vec<&str> = form
        .split('.')
        .map(|part| if part.bytes().all(|byte| byte.is_ascii_uppercase()) { "[a-z0-9][a-z0-9-]*" } else { part })
        .collect();
    format!("^{}$", parts.join("\\."))
}

#[cfg(test)]
mod tests {
    use super::super::tests::CATALOG;
    use super::*;

    #[test]
    fn the_schema_has_every_key_with_its_range_and_meaning() {
        let schema = json_schema(&CATALOG);
        assert_eq!(schema["properties"]["trials"]["maximum"], 10_000_000);
        let group = &schema["$defs"]["Group"]["properties"];
        assert_eq!(group["lethality"]["default"], 1.6);
        assert_eq!(group["tempo"]["anyOf"][0]["maximum"], 1000.0);
        assert_eq!(group["ties"]["patternProperties"][NAME]["oneOf"][0]["const"], "hostile");
        assert_eq!(schema["$defs"]["Action"]["oneOf"][1]["required"], json!(["kind", "with"]));
        let attacks = &schema["properties"]["mechanisms"]["properties"]["attacks"]["properties"];
        assert_eq!(attacks["excitation"]["default"], 0.35);
        assert_eq!(schema["then"]["required"][0], "schema");
    }

    #[test]
    fn every_reference_of_the_schema_has_its_definition() {
        fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
            match value {
                Value::Object(map) => {
                    found.extend(map.get("$ref").and_then(Value::as_str));
                    map.values().for_each(|value| references(value, found));
                }
                Value::Array(list) => list.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let schema = json_schema(&CATALOG);
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > 10);
        for reference in found {
            let name = reference.strip_prefix("#/$defs/").expect("a local reference");
            assert!(schema["$defs"][name].is_object(), "{reference}");
        }
    }

    #[test]
    fn a_quantity_is_a_pattern_of_names() {
        assert_eq!(
            pattern_of("hosts.HOST.tolerance.GROUP"),
            "^hosts\\.[a-z0-9][a-z0-9-]*\\.tolerance\\.[a-z0-9][a-z0-9-]*$"
        );
    }
}
