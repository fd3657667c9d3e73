//! The printed JSON Schema says what is taken: neither more nor less.

use serde_json::{Map, Value, json};

use super::{by, header};
use crate::capture::{Capture, schema};
use crate::encounter::record;

fn printed() -> Value {
    schema().to_value()
}

/// Says whether a capture is taken; an error is the sentence.
fn taken(capture: &Value) -> Result<(), String> {
    let capture: Capture =
        serde_json::from_value(capture.clone()).map_err(|error| error.to_string())?;
    record(&header(), &capture, &by(17))
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// Makes a value from nothing but its schema, as a program would that knows no more.
fn made(schema: &Value, root: &Value) -> Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return made(
            root.pointer(reference.trim_start_matches('#')).unwrap(),
            root,
        );
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(Value::Array(choices)) = schema.get(several) {
            let choice = choices
                .iter()
                .find(|choice| choice["type"] != "null" && choice.get("const").is_none());
            return made(choice.unwrap_or(&choices[0]), root);
        }
    }
    if let Some(example) = schema.pointer("/examples/0") {
        return example.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap(),
        kind => kind.as_str().unwrap(),
    };
    match (kind, schema["format"].as_str()) {
        ("string", Some("date-time")) => json!("2025-03-14T07:21:40-05:00"),
        ("string", Some("uuid")) => json!("0198f3c2-6b1e-7c40-9a55-2f6f0a7d1e21"),
        ("string", _) => json!("abc"),
        ("integer" | "number", _) => json!(1),
        ("boolean", _) => json!(true),
        ("array", _) => json!([made(&schema["items"], root)]),
        ("object", _) => Value::Object(members(schema, root)),
        other => panic!("{other:?} is in no capture"),
    }
}

fn members(schema: &Value, root: &Value) -> Map<String, Value> {
    let mut members = Map::new();
    if let Some(Value::Object(fields)) = schema.get("properties") {
        let each = fields
            .iter()
            .map(|(name, field)| (name.clone(), made(field, root)));
        members.extend(each);
    } else {
        let mut name = schema["propertyNames"].clone();
        name["type"] = json!("string");
        let key = made(&name, root).as_str().unwrap().to_owned();
        members.insert(key, made(&schema["additionalProperties"], root));
    }
    members
}

#[test]
fn a_capture_made_from_the_schema_alone_is_taken() {
    let root = printed();
    let capture = made(&root, &root);
    assert_eq!(
        capture.as_object().unwrap().len(),
        root["properties"].as_object().unwrap().len(),
        "with every field"
    );
    assert_eq!(taken(&capture), Ok(()), "{capture:#}");
}

#[test]
fn every_code_that_it_names_is_taken_and_those_that_it_forbids_are_refused() {
    let root = printed();
    let (mut named, mut forbidden) = (0, 0);
    for (name, field) in root["properties"].as_object().unwrap() {
        let one = |code: &Value| match name.as_str() {
            "languages" => json!({ name.as_str(): [code] }),
            _ if field.get("propertyNames").is_some() => {
                json!({ name.as_str(): { code.as_str().unwrap(): 1 } })
            }
            _ => json!({ name.as_str(): code }),
        };
        let place = if name == "languages" {
            &field["items"]
        } else if field.get("propertyNames").is_some() {
            &field["propertyNames"]
        } else {
            field
        };
        if name == "composition" {
            continue;
        }
        for code in place["examples"].as_array().into_iter().flatten() {
            assert_eq!(taken(&one(code)), Ok(()), "{name} {code}");
            named += 1;
        }
        for code in place["not"]["enum"].as_array().into_iter().flatten() {
            assert!(
                taken(&one(code)).is_err_and(|error| error.contains("E19")),
                "{name} {code} belongs to the protected record"
            );
            forbidden += 1;
        }
    }
    assert!(named > 80, "the lists are printed: {named} codes");
    assert!(forbidden > 0, "the protected codes are named as forbidden");
}

#[test]
fn its_limits_are_those_of_the_rules() {
    let root = printed();
    let mut tried = 0;
    for (name, field) in root["properties"].as_object().unwrap() {
        let mut refuses = |just: Value, beyond: Value| {
            assert_eq!(
                taken(&json!({ name.as_str(): just })),
                Ok(()),
                "{name} at its limit"
            );
            let refused = taken(&json!({ name.as_str(): beyond })).unwrap_err();
            assert!(
                refused.starts_with(name.as_str()),
                "{name} beyond its limit, named: {refused}"
            );
            tried += 1;
        };
        if let Some(most) = field["maxLength"].as_u64() {
            let words = |length: u64| json!("ñ".repeat(usize::try_from(length).unwrap()));
            refuses(words(most), words(most + 1));
        }
        if let Some(most) = field["maximum"].as_f64() {
            let number = |most: f64| {
                if field["type"].to_string().contains("integer") {
                    json!(most as u64)
                } else {
                    json!(most)
                }
            };
            refuses(number(most), number(most + 1.0));
        }
        if field["pattern"].is_string() {
            refuses(json!("a".repeat(40)), json!("a".repeat(41)));
            refuses(json!("a.b_c-9"), json!("=1+1"));
        }
        let inner = &field["additionalProperties"];
        let count = if name == "composition" {
            &inner["additionalProperties"]
        } else {
            inner
        };
        if let Some(most) = count["maximum"].as_u64() {
            let of = |count: u64| match name.as_str() {
                "composition" => json!({"VEN": {"AA+M": count}}),
                _ => json!({"injured": count}),
            };
            refuses(of(most), of(most + 1));
        }
    }
    assert!(tried > 30, "{tried} limits were tried");
}
