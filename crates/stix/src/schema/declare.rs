//! One declaration, two products: a structure, and the table that it is validated by.

/// Declares types of objects, `Name = "name" in Class [contributing, …] { property:
/// Type (required) [rule], … }`.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident = $type:literal in $class:ident $([$($id_from:literal),*])? {
        $($field:ident $(= $renamed:literal)?: $rust:ty $(, $required:ident)? $(=> $rule:expr)?;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            pub struct $name {
                $(
                    #[doc = concat!("The property `", stringify!($field), "`.")]
                    #[serde($(rename = $renamed,)? default, skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$rust>,
                )*
                /// What it shares with others of its class, and all that the specification
                /// does not know.
                #[serde(flatten)]
                pub rest: serde_json::Map<String, serde_json::Value>,
            }

            impl $name {
                /// Its name in STIX.
                pub const TYPE: &'static str = $type;
                /// What the specification says of it.
                pub const SCHEMA: $crate::schema::Schema = $crate::schema::Schema {
                    name: $type,
                    class: $crate::schema::Class::$class,
                    fields: &[$(field!($field $(= $renamed)?: $rust $(, $required)? $(=> $rule)?)),*],
                    id_from: &[$($($id_from),*)?],
                };
            }

            impl $crate::object::Typed for $name {
                const TYPE: &'static str = $type;
            }
        )*
    };
}

/// Declares structures that stand inside of objects.
macro_rules! structures {
    ($($(#[$doc:meta])* $name:ident {
        $($field:ident $(= $renamed:literal)?: $rust:ty $(, $required:ident)? $(=> $rule:expr)?;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            pub struct $name {
                $(
                    #[doc = concat!("The property `", stringify!($field), "`.")]
                    #[serde($(rename = $renamed,)? default, skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$rust>,
                )*
                /// All that the specification does not know.
                #[serde(flatten)]
                pub rest: serde_json::Map<String, serde_json::Value>,
            }

            impl $crate::schema::Shaped for $name {
                const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Structure(&[
                    $(field!($field $(= $renamed)?: $rust $(, $required)? $(=> $rule)?)),*
                ]);
            }
        )*
    };
}

/// A property in the table.
macro_rules! field {
    ($field:ident $(= $renamed:literal)?: $rust:ty $(, $required:ident)? $(=> $rule:expr)?) => {
        $crate::schema::Field {
            name: name!($field $(, $renamed)?),
            shape: <$rust as $crate::schema::Shaped>::SHAPE,
            is_required: is_required!($($required)?),
            rule: rule!($($rule)?),
        }
    };
}

macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $renamed:literal) => {
        $renamed
    };
}

macro_rules! is_required {
    () => {
        false
    };
    (required) => {
        true
    };
}

macro_rules! rule {
    () => {
        $crate::schema::Rule::None
    };
    ($rule:expr) => {
        $rule
    };
}
