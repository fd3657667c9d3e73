//! How *all of the group* and *no fix* are written: as a word in place of a number or an object.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Capture, Position, Reach, StatedPosition};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WordOr<T> {
    Word(String),
    Value(T),
}

impl Serialize for Reach {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Part(people) => serializer.serialize_u32(*people),
        }
    }
}

impl<'de> Deserialize<'de> for Reach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match WordOr::<u32>::deserialize(deserializer) {
            Ok(WordOr::Word(word)) if word == "all" => Ok(Self::All),
            Ok(WordOr::Value(people)) => Ok(Self::Part(people)),
            _ => Err(serde::de::Error::custom(
                "expected \"all\" or a whole number of people",
            )),
        }
    }
}

impl JsonSchema for Reach {
    fn schema_name() -> Cow<'static, str> {
        "Reach".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [{ "const": "all" }, { "type": "integer", "minimum": 0, "maximum": 9999 }] })
    }
}

impl Serialize for StatedPosition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fix(position) => position.serialize(serializer),
            Self::NoFix => serializer.serialize_str("no_fix"),
        }
    }
}

impl<'de> Deserialize<'de> for StatedPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match WordOr::<Position>::deserialize(deserializer) {
            Ok(WordOr::Word(word)) if word == "no_fix" => Ok(Self::NoFix),
            Ok(WordOr::Value(position)) => Ok(Self::Fix(position)),
            _ => Err(serde::de::Error::custom(
                "expected \"no_fix\" or {lat, lon, source, …}",
            )),
        }
    }
}

impl JsonSchema for StatedPosition {
    fn schema_name() -> Cow<'static, str> {
        "StatedPosition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let position = generator.subschema_for::<Position>();
        json_schema!({ "oneOf": [{ "const": "no_fix" }, position] })
    }
}

/// Positions are personal enough to stay out of logs.
impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Position({}, …)", self.source)
    }
}

/// A capture tells about people in danger; logs see only that it is one.
impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capture(…)")
    }
}
