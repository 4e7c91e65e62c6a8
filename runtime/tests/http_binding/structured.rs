//! Events in structured mode.

use knative_lambda_runtime::cloudevent::Data;

use crate::message::Expected::{Attribute, Bad, Data as Carries};
use crate::message::{Case, case, json, structured};

pub(crate) fn cases() -> Vec<Case> {
    [media_types(), members(), accepted(), refused(), data()].concat()
}

fn media_types() -> Vec<Case> {
    let types = [
        "application/cloudevents+json; charset=UTF-8",
        "application/cloudevents+json;charset=utf-8",
        "Application/CloudEvents+JSON",
        "application/cloudevents+json ; charset=utf-8",
    ];
    let read = types.map(|media_type| {
        let message = structured("").with("content-type", media_type);
        case(
            "structured media type",
            media_type,
            message,
            Attribute("id", Some("1")),
        )
    });
    read.into()
}

fn members() -> Vec<Case> {
    let mut cases = vec![
        case(
            "headers beside the payload",
            "are ignored",
            structured("").with("ce-id", "2").with("ce-x", "%FF"),
            Attribute("id", Some("1")),
        ),
        case(
            "headers beside the payload",
            "are no extensions",
            structured("").with("ce-x", "1"),
            Attribute("x", None),
        ),
        case(
            "members",
            "escapes in names and texts",
            structured(r#""\u0073ubject":"\u20ac\"\ud83d\ude00""#),
            Attribute("subject", Some("€\"😀")),
        ),
        case(
            "members",
            "nothing is percent-decoded",
            structured(r#""subject":"%41""#),
            Attribute("subject", Some("%41")),
        ),
        case(
            "members",
            "white space",
            json(
                " {\n\"specversion\" : \"1.0\", \"id\":\"1\",\"source\":\"a\",\t\"type\":\"b\"}\r\n",
            ),
            Attribute("source", Some("a")),
        ),
    ];
    for name in ["specversion", "id", "source", "type"] {
        let without = |replacement: &str| {
            let members = [
                ("specversion", "\"specversion\":\"1.0\""),
                ("id", "\"id\":\"1\""),
                ("source", "\"source\":\"a\""),
                ("type", "\"type\":\"b\""),
            ];
            let members = members.map(|(known, member)| match known == name {
                true => replacement.replace('$', name),
                false => member.to_owned(),
            });
            json(&format!(
                "{{{}}}",
                members.join(",").trim_matches(',').replace(",,", ",")
            ))
        };
        cases.push(case("member missing", name, without(""), Bad(Some(name))));
        cases.push(case(
            "member null",
            name,
            without("\"$\":null"),
            Bad(Some(name)),
        ));
        cases.push(case(
            "member empty",
            name,
            without("\"$\":\"\""),
            Bad(Some(name)),
        ));
        cases.push(case(
            "member is a number",
            name,
            without("\"$\":1"),
            Bad(Some(name)),
        ));
        cases.push(case(
            "member is an array",
            name,
            without("\"$\":[]"),
            Bad(Some(name)),
        ));
    }
    cases
}

fn accepted() -> Vec<Case> {
    let accepted = [
        ("null", r#""subject":null"#, "subject", None),
        ("null", r#""x":null"#, "x", None),
        ("integer", r#""x":5"#, "x", Some("5")),
        ("integer", r#""x":-2147483648"#, "x", Some("-2147483648")),
        ("integer", r#""x":2147483647"#, "x", Some("2147483647")),
        ("boolean", r#""x":true"#, "x", Some("true")),
        ("string", r#""x":"a b""#, "x", Some("a b")),
        ("string", r#""x":"""#, "x", Some("")),
        (
            "long name",
            r#""abcdefghijklmnopqrstuvwxyz":"1""#,
            "abcdefghijklmnopqrstuvwxyz",
            Some("1"),
        ),
        ("digit first", r#""2nd":"1""#, "2nd", Some("1")),
        (
            "time",
            r#""time":"2018-04-05T17:31:00.5+02:00""#,
            "time",
            Some("2018-04-05T17:31:00.5+02:00"),
        ),
        ("null", r#""datacontenttype":null"#, "datacontenttype", None),
    ];
    let cases = accepted.map(|(rule, member, name, text)| {
        case(rule, member, structured(member), Attribute(name, text))
    });
    cases.into()
}

fn refused() -> Vec<Case> {
    let members = [
        ("integer", r#""x":-2147483649"#, "x"),
        ("integer", r#""x":2147483648"#, "x"),
        ("integer", r#""x":18446744073709551616"#, "x"),
        ("integer", r#""x":1.5"#, "x"),
        ("integer", r#""x":1.0"#, "x"),
        ("integer", r#""x":1e2"#, "x"),
        ("value", r#""x":{}"#, "x"),
        ("value", r#""x":{"a":[1,{"b":null}]}"#, "x"),
        ("value", r#""x":[1]"#, "x"),
        ("name", r#""MyExt":"1""#, "MyExt"),
        ("name", r#""my_ext":"1""#, "my_ext"),
        ("name", r#""my-ext":"1""#, "my-ext"),
        ("name", r#""":"1""#, ""),
        ("name", r#""ext\u0000":"1""#, "ext\0"),
        ("twice", r#""id":"1""#, "id"),
        ("twice", r#""\u0069d":"2""#, "id"),
        ("twice", r#""specversion":"1.0""#, "specversion"),
        ("twice", r#""x":1,"x":1"#, "x"),
        ("twice", r#""x":null,"x":1"#, "x"),
        ("twice", r#""x":1,"x":null"#, "x"),
        ("twice", r#""data":1,"data":1"#, "data"),
        (
            "twice",
            r#""data_base64":"","data_base64":"""#,
            "data_base64",
        ),
        ("version", r#""specversion":"0.3""#, "specversion"),
        ("time", r#""time":1522949460"#, "time"),
        ("time", r#""time":"2018-04-05""#, "time"),
        ("subject", r#""subject":"""#, "subject"),
        ("subject", r#""subject":{}"#, "subject"),
        (
            "datacontenttype",
            r#""datacontenttype":"""#,
            "datacontenttype",
        ),
        ("dataschema", r#""dataschema":"a/b""#, "dataschema"),
        ("characters", r#""subject":"\n""#, "subject"),
        ("characters", r#""x":"\u0000""#, "x"),
        ("characters", r#""x":"\uffff""#, "x"),
    ];
    let texts = [
        "",
        " ",
        "{",
        "[]",
        "null",
        "1",
        "\"a\"",
        "{}}",
        "{\"id\":}",
        "{id:1}",
        "{\"id\":\"\\ud800\"}",
        "{\"id\":\"1\",}",
        "{\"data\":nul}",
        "{\"data\":\"\u{1}\"}",
    ];
    let members =
        members.map(|(rule, member, name)| case(rule, member, structured(member), Bad(Some(name))));
    // An object without members lacks the first attribute.
    let empty = case(
        "structured JSON",
        "{}",
        json("{}"),
        Bad(Some("specversion")),
    );
    let not_utf8 = json("").body(b"{\"id\":\"\xff\"}");
    let not_utf8 = case("structured JSON", "no UTF-8", not_utf8, Bad(None));
    let texts = texts.map(|text| case("structured JSON", text, json(text), Bad(None)));
    members
        .into_iter()
        .chain(texts)
        .chain([empty, not_utf8])
        .collect()
}

fn data() -> Vec<Case> {
    let carries = |rule, what, data| case(rule, what, structured(what), Carries(data));
    let refused = |rule, what, name| case(rule, what, structured(what), Bad(Some(name)));
    let nested = |depth| format!("\"data\":{}{}", "[".repeat(depth), "]".repeat(depth));
    vec![
        carries(
            "JSON data",
            r#""data":{"a": 1.0}"#,
            Data::Json(r#"{"a": 1.0}"#.into()),
        ),
        carries("JSON data", r#""data":  [1] "#, Data::Json("[1]".into())),
        carries("JSON data", r#""data":"{}""#, Data::Json("\"{}\"".into())),
        carries(
            "JSON data",
            r#""datacontenttype":"x/json","data":"{}""#,
            Data::Json("\"{}\"".into()),
        ),
        carries(
            "JSON data",
            r#""data":"a","datacontenttype":"X/y+JSON; b=c""#,
            Data::Json("\"a\"".into()),
        ),
        carries("JSON data", r#""\u0064ata":1"#, Data::Json("1".into())),
        carries("null data", r#""data":null"#, Data::Json("null".into())),
        carries(
            "null data",
            r#""data":null,"datacontenttype":"text/plain""#,
            Data::Absent,
        ),
        carries(
            "null data",
            r#""data":null,"data_base64":null"#,
            Data::Json("null".into()),
        ),
        carries("null data", r#""data_base64":null"#, Data::Absent),
        carries("null data", "", Data::Absent),
        case(
            "JSON data",
            "no media type",
            structured("\"data\":1"),
            Attribute("datacontenttype", None),
        ),
        carries(
            "base64",
            r#""data_base64":"AP8=""#,
            Data::Binary(b"\0\xff"[..].into()),
        ),
        carries(
            "base64",
            r#""data_base64":"\/\/79""#,
            Data::Binary(b"\xff\xfe\xfd"[..].into()),
        ),
        carries(
            "base64",
            r#""data":null,"data_base64":"AP8=""#,
            Data::Binary(b"\0\xff"[..].into()),
        ),
        carries(
            "base64",
            r#""data_base64":"e30=","datacontenttype":"application/json""#,
            Data::Json("{}".into()),
        ),
        carries(
            "base64",
            r#""data_base64":"w6k=","datacontenttype":"text/plain""#,
            Data::Text("é".into()),
        ),
        carries(
            "base64",
            r#""data_base64":"6Q==","datacontenttype":"text/plain""#,
            Data::Binary(b"\xe9"[..].into()),
        ),
        carries("base64", r#""data_base64":"""#, Data::Absent),
        refused("base64", r#""data_base64":"e30=","data":{}"#, "data_base64"),
        refused("base64", r#""data_base64":"A""#, "data_base64"),
        refused("base64", r#""data_base64":"AP8""#, "data_base64"),
        refused("base64", r#""data_base64":"A-_=""#, "data_base64"),
        refused("base64", r#""data_base64":7"#, "data_base64"),
        refused("base64", r#""data_base64":{}"#, "data_base64"),
        refused(
            "base64",
            r#""data_base64":"AP8=","datacontenttype":"a/json""#,
            "data_base64",
        ),
        carries(
            "text data",
            r#""data":"a\u20ac\n","datacontenttype":"text/plain""#,
            Data::Text("a€\n".into()),
        ),
        carries(
            "text data",
            r#""data":"<a/>","datacontenttype":"application/xml""#,
            Data::Text("<a/>".into()),
        ),
        carries(
            "text data",
            r#""data":"","datacontenttype":"text/plain""#,
            Data::Text("".into()),
        ),
        refused(
            "text data",
            r#""data":{},"datacontenttype":"text/plain""#,
            "data",
        ),
        refused(
            "text data",
            r#""data":1,"datacontenttype":"text/plain""#,
            "data",
        ),
        case(
            "JSON data",
            "128 arrays",
            structured(&nested(128)),
            Carries(Data::Json(nested(128)[7..].to_owned().into())),
        ),
        case(
            "JSON data",
            "129 arrays",
            structured(&nested(129)),
            Bad(Some("data")),
        ),
        case(
            "JSON data",
            "100,000 arrays",
            structured(&nested(100_000)),
            Bad(Some("data")),
        ),
    ]
}
