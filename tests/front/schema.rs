//! The JSON Schema: valid, the same as the file kept beside the scenarios, and true of them.

use serde_json::{Value, json};

use super::support::{jirga_ok, root, same_as_file, sources};

/// The part of JSON Schema (draft 2020-12) that the program uses; returns where a value breaks it. Every keyword must
/// be known here, so that none is silently passed over.
fn breaches(schema: &Value, value: &Value, whole: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else {
        if *schema == json!(false) {
            found.push(format!("{at}: nothing is allowed here"));
        }
        return;
    };
    let holds = |part: &Value| {
        let mut inner = Vec::new();
        breaches(part, value, whole, at, &mut inner);
        inner.is_empty()
    };
    let number = value.as_f64();
    let list = |part: &Value| part.as_array().cloned().unwrap_or_default();
    for (keyword, part) in schema {
        let broken = match keyword.as_str() {
            "$schema" | "title" | "description" | "default" | "$defs" | "format" | "then" => false,
            "$ref" => {
                let name = part.as_str().and_then(|r| r.strip_prefix("#/$defs/")).expect("a local reference");
                breaches(&whole["$defs"][name], value, whole, at, found);
                false
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "number" => value.is_number(),
                    "integer" => value.is_i64() || value.is_u64(),
                    other => panic!("unknown type {other}"),
                };
                let kinds = if part.is_array() { list(part) } else { vec![part.clone()] };
                !kinds.iter().any(is)
            }
            "const" => value != part,
            "enum" => !list(part).contains(value),
            "minimum" => number.is_some_and(|n| n < part.as_f64().expect("a number")),
            "maximum" => number.is_some_and(|n| n > part.as_f64().expect("a number")),
            "minItems" => value.as_array().is_some_and(|l| (l.len() as u64) < part.as_u64().expect("a number")),
            "maxItems" => value.as_array().is_some_and(|l| l.len() as u64 > part.as_u64().expect("a number")),
            "maxLength" => value.as_str().is_some_and(|s| s.chars().count() as u64 > part.as_u64().expect("a number")),
            "pattern" => value.as_str().is_some_and(|s| !matches(part, s)),
            "anyOf" => !list(part).iter().any(holds),
            "oneOf" => list(part).iter().filter(|one| holds(one)).count() != 1,
            "not" => holds(part),
            "if" => {
                if holds(part) {
                    breaches(&schema["then"], value, whole, at, found);
                }
                false
            }
            "required" => {
                let Value::Object(object) = value else { continue };
                for key in list(part) {
                    if !object.contains_key(key.as_str().expect("a name")) {
                        found.push(format!("{at}: {key} is missing"));
                    }
                }
                false
            }
            "items" => {
                for (index, item) in list(value).iter().enumerate() {
                    breaches(part, item, whole, &format!("{at}[{index}]"), found);
                }
                false
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                let Value::Object(object) = value else { continue };
                for (key, below) in object {
                    let at = format!("{at}.{key}");
                    let named = schema.get("properties").and_then(|p| p.get(key));
                    let by_pattern = schema.get("patternProperties").and_then(Value::as_object).and_then(|patterns| {
                        patterns.iter().find(|(pattern, _)| matches(&json!(pattern), key)).map(|(_, part)| part)
                    });
                    let own = match keyword.as_str() {
                        "properties" => named,
                        "patternProperties" => by_pattern,
                        _ if named.is_none() && by_pattern.is_none() => Some(part),
                        _ => None,
                    };
                    if let Some(own) = own {
                        breaches(own, below, whole, &at, found);
                    }
                }
                false
            }
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if broken {
            found.push(format!("{at}: {value} breaks {keyword} {part}"));
        }
    }
}

/// Whether a text matches one of the schema's patterns: anchored, of literals, `\.`, classes, `+`, `?` and `{..}`.
fn matches(pattern: &Value, text: &str) -> bool {
    let pattern = pattern.as_str().expect("a pattern");
    regex_lite(pattern.strip_prefix('^').and_then(|p| p.strip_suffix('$')).expect("an anchored pattern"), text)
}

/// Backtracking over the pieces of a pattern.
fn regex_lite(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let (class, rest): (String, &str) = match first {
        '[' => {
            let end = pattern.find(']').expect("a closed class");
            (pattern[1..end].to_string(), &pattern[end + 1..])
        }
        '\\' => {
            let next = pattern[1..].chars().next().expect("an escaped character");
            (if next == 'd' { "0-9".to_string() } else { next.to_string() }, &pattern[1 + next.len_utf8()..])
        }
        '(' | '|' | '.' => panic!("pattern `{pattern}` is beyond this test"),
        other => (other.to_string(), &pattern[other.len_utf8()..]),
    };
    let (least, most, rest) = match rest.chars().next() {
        Some('+') => (1, usize::MAX, &rest[1..]),
        Some('*') => (0, usize::MAX, &rest[1..]),
        Some('?') => (0, 1, &rest[1..]),
        Some('{') => {
            let end = rest.find('}').expect("a closed count");
            let (low, high) = rest[1..end].split_once(',').unwrap_or((&rest[1..end], &rest[1..end]));
            (low.parse().expect("a count"), high.parse().unwrap_or(usize::MAX), &rest[end + 1..])
        }
        _ => (1, 1, rest),
    };
    let within = |c: char| {
        let letters: Vec<char> = class.chars().collect();
        let ranges = letters.windows(3).any(|w| w[1] == '-' && w[0] != '-' && (w[0]..=w[2]).contains(&c));
        ranges || letters.contains(&c)
    };
    let run = text.chars().take_while(|&c| within(c)).take(most).count();
    if run < least {
        return false;
    }
    (least..=run).rev().any(|taken| {
        let at = text.char_indices().nth(taken).map_or(text.len(), |(at, _)| at);
        regex_lite(rest, &text[at..])
    })
}

/// TOML as JSON; a date becomes its text.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(whole) => json!(whole),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(list) => Value::Array(list.iter().map(as_json).collect()),
        toml::Value::Table(table) => Value::Object(table.iter().map(|(k, v)| (k.clone(), as_json(v))).collect()),
    }
}

fn schema() -> Value {
    serde_json::from_str(&jirga_ok(root(), &["schema"])).expect("JSON")
}

fn study_schema() -> Value {
    serde_json::from_str(&jirga_ok(root(), &["schema", "--study"])).expect("JSON")
}

fn check(text: &str) -> Vec<String> {
    check_by(&schema(), text)
}

fn check_by(schema: &Value, text: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(text).expect("TOML");
    let mut found = Vec::new();
    breaches(schema, &as_json(&toml::Value::Table(table)), schema, "", &mut found);
    found
}

#[test]
fn the_schema_beside_the_scenarios_is_the_one_that_the_program_prints() {
    same_as_file(&jirga_ok(root(), &["schema"]), "scenarios/scenario.schema.json");
    same_as_file(&jirga_ok(root(), &["schema", "--study"]), "scenarios/studies/study.schema.json");
}

#[test]
fn every_study_of_the_repository_is_valid_by_the_schema_of_studies_and_slips_are_not() {
    let schema = study_schema();
    let studies = sources("scenarios/studies", ".toml");
    assert!(studies.len() >= 5);
    for path in studies {
        let text = std::fs::read_to_string(&path).expect("a file");
        let found = check_by(&schema, &text);
        assert!(found.is_empty(), "{}:\n{}", path.display(), found.join("\n"));
        assert!(!check_by(&schema, &text.replace("schema = 1", "schema = 1\nrow = 3")).is_empty());
        assert!(!check_by(&schema, &text.replace("scenario = ", "base = ")).is_empty());
    }
    let dates = "schema = 1\ntitle = \"t\"\nscenario = \"a.toml\"\n[[vary]]\npath = \"start\"\nvalues = [2023-01-01, 2024-01-01]\n";
    assert!(check_by(&schema, dates).is_empty());
}

#[test]
fn every_scenario_of_the_repository_is_valid_by_the_schema() {
    // Studies have a form of their own.
    let studies = root().join("scenarios/studies");
    let scenarios: Vec<_> =
        sources("scenarios", ".toml").into_iter().filter(|path| !path.starts_with(&studies)).collect();
    assert!(!scenarios.is_empty());
    for path in scenarios {
        let found = check(&std::fs::read_to_string(&path).expect("a file"));
        assert!(found.is_empty(), "{}:\n{}", path.display(), found.join("\n"));
    }
    assert!(check(super::support::SMALL).is_empty());
}

#[test]
fn the_schema_finds_unknown_keys_wrong_types_and_values_out_of_range() {
    let with = |from: &str, to: &str| check(&super::support::SMALL.replace(from, to)).join("\n");
    assert!(with("tempo = 0.2\nsanctuary", "tempoo = 0.2\nsanctuary").contains("tempoo"));
    assert!(with("relation = 0.2", "relation = \"good\"").contains("relation"));
    assert!(with("trials = 64", "trials = 0").contains("trials"));
    assert!(with("title = \"Two groups and a host\"\n", "").contains("title"));
}
