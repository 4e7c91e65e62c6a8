//! The functions that the hosts of expressions know, and what they give.
//!
//! Sources: the standard library and the extensions `strings`, `sets`, `encoders` and optional types of
//! cel-go (`common/stdlib`, `ext/`, `cel/library.go`); the environments that name them are
//! `k8s.io/apiserver/pkg/cel/environment/base.go` with `pkg/cel/library` (Kubernetes 1.33) and
//! `github.com/fluxcd/pkg/runtime/cel/expression.go` (notification-controller 1.6 and later).

/// Who runs an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The API server of Kubernetes, for validations of resources.
    Kubernetes,
    /// The notification controller of Flux, for filters of Receivers.
    Flux,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// `true` or `false`.
    Bool,
    /// Text.
    Text,
    /// Something else.
    Other,
    /// What it gives depends on what it is given.
    Any,
}

/// Known to both.
const COMMON: &[(Gives, &[&str])] = &[
    (
        Gives::Bool,
        &[
            // Standard library; the last three are macros over two variables.
            "bool",
            "contains",
            "endsWith",
            "matches",
            "startsWith",
            "all",
            "exists",
            "existsOne",
            // Sets and optional types.
            "sets.contains",
            "sets.equivalent",
            "sets.intersects",
            "hasValue",
        ],
    ),
    (
        Gives::Text,
        &[
            "string",
            "charAt",
            "format",
            "join",
            "lowerAscii",
            "replace",
            "strings.quote",
            "substring",
            "trim",
            "upperAscii",
        ],
    ),
    (
        Gives::Other,
        &[
            "bytes",
            "double",
            "duration",
            "getDate",
            "getDayOfMonth",
            "getDayOfWeek",
            "getDayOfYear",
            "getFullYear",
            "getHours",
            "getMilliseconds",
            "getMinutes",
            "getMonth",
            "getSeconds",
            "int",
            "size",
            "timestamp",
            "type",
            "uint",
            "indexOf",
            "lastIndexOf",
            "split",
            "optional.none",
            "optional.of",
            "optional.ofNonZeroValue",
            "optional.unwrap",
            "optFlatMap",
            "optMap",
            "unwrapOpt",
            "first",
            "last",
        ],
    ),
    (Gives::Any, &["dyn", "or", "orValue", "value"]),
];

/// Known to Kubernetes: lists, regex, URLs, quantities, addresses, formats, versions, images, and
/// macros over two variables.
const KUBERNETES: &[(Gives, &[&str])] = &[
    (
        Gives::Bool,
        &[
            "isSorted",
            "isURL",
            "isQuantity",
            "isInteger",
            "isGreaterThan",
            "isLessThan",
            "isIP",
            "ip.isCanonical",
            "isUnspecified",
            "isLoopback",
            "isLinkLocalMulticast",
            "isLinkLocalUnicast",
            "isGlobalUnicast",
            "isCIDR",
            "containsIP",
            "containsCIDR",
            "isSemver",
            "isImage",
            "containsDigest",
        ],
    ),
    (
        Gives::Text,
        &[
            "find",
            "getScheme",
            "getHost",
            "getHostname",
            "getPort",
            "getEscapedPath",
            "registry",
            "repository",
            "identifier",
            "tag",
            "digest",
        ],
    ),
    (
        Gives::Other,
        &[
            "sum",
            "findAll",
            "url",
            "getQuery",
            "quantity",
            "sign",
            "asInteger",
            "asApproximateFloat",
            "compareTo",
            "add",
            "sub",
            "ip",
            "family",
            "cidr",
            "prefixLength",
            "masked",
            "semver",
            "major",
            "minor",
            "patch",
            "image",
            "format.named",
            "format.dns1123Label",
            "format.dns1123Subdomain",
            "format.dns1035Label",
            "format.qualifiedName",
            "format.dns1123LabelPrefix",
            "format.dns1123SubdomainPrefix",
            "format.dns1035LabelPrefix",
            "format.labelValue",
            "format.uri",
            "format.uuid",
            "format.byte",
            "format.date",
            "format.datetime",
            "validate",
            "transformList",
            "transformMap",
            "transformMapEntry",
        ],
    ),
    (Gives::Any, &["min", "max"]),
];

/// Known to Flux.
const FLUX: &[(Gives, &[&str])] = &[
    (Gives::Text, &["reverse", "base64.encode"]),
    (Gives::Other, &["base64.decode"]),
];

/// Names of types, which stand for themselves: `type(self) == string`.
pub(super) const TYPES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "google",
    "int",
    "kubernetes",
    "list",
    "map",
    "net",
    "null_type",
    "optional_type",
    "string",
    "type",
    "uint",
];

fn tables(host: Host) -> impl Iterator<Item = &'static (Gives, &'static [&'static str])> {
    let own = match host {
        Host::Kubernetes => KUBERNETES,
        Host::Flux => FLUX,
    };
    COMMON.iter().chain(own)
}

/// The functions of `host`.
pub(crate) fn names(host: Host) -> impl Iterator<Item = &'static str> {
    tables(host).flat_map(|(_, names)| names.iter().copied())
}

/// What a function gives, whoever knows it.
pub(super) fn gives(name: &str) -> Gives {
    let all = COMMON.iter().chain(KUBERNETES).chain(FLUX);
    let mut known = all.filter(|(_, names)| names.contains(&name));
    known.next().map_or(Gives::Any, |(gives, _)| *gives)
}

/// Whether `space.name` is a function of somebody.
pub(super) fn is_qualified(space: &str, name: &str) -> bool {
    let all = COMMON.iter().chain(KUBERNETES).chain(FLUX);
    let mut names = all.flat_map(|(_, names)| names.iter());
    names.any(|known| known.split_once('.') == Some((space, name)))
}

/// How many variables the first arguments of a call declare: macros that the parser leaves as they are.
pub(super) fn variables(name: &str, arguments: usize) -> usize {
    match (name, arguments) {
        ("all" | "exists" | "existsOne", 3) => 2,
        ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => 2,
        ("optMap" | "optFlatMap", 2) => 1,
        _ => 0,
    }
}
