//! CEL expressions: whether they parse, what they read and call, and what they give.

mod evaluate;
mod functions;

use cel::common::ast::operators;
use cel::common::ast::operators::{INDEX, OPT_INDEX, OPT_SELECT};
use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SourceInfo};
use cel::parser::Parser;

pub(crate) use evaluate::holds;
use functions::{Gives, TYPES};
pub(crate) use functions::{Host, names};

/// Longest expression that is parsed, in bytes.
const MAX_LENGTH: usize = 4096;

/// Why an expression does not parse.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// Byte offset in the expression.
    pub(crate) offset: usize,
    /// What is to be seen there.
    pub(crate) label: &'static str,
}

/// The name of an item of a list, or of a value of a map, in a path.
pub(crate) const ITEM: &str = "0";

/// A variable that an expression reads, and the members of it: `req.subject.id`.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The variable, then member by member, each with its byte offset in the expression.
    pub(crate) parts: Vec<(String, usize)>,
}

/// A function that an expression calls.
#[derive(Debug)]
pub(crate) struct Call {
    /// Its name, with its namespace: `sets.contains`.
    pub(crate) name: String,
    /// Byte offset in the expression.
    pub(crate) offset: usize,
    /// The variable that it is called on, where it is called on one itself.
    pub(crate) on: Option<String>,
}

/// What an expression gives.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Bool,
    /// Text.
    Text,
    /// A number or text.
    NumberOrText,
    /// A number, list, map or the like.
    Other,
    /// What stands there.
    Read(Access),
    /// That cannot be said.
    Unknown,
}

/// An expression that parses.
#[derive(Debug)]
pub(crate) struct Expression {
    /// What it reads.
    pub(crate) accesses: Vec<Access>,
    /// What it calls.
    pub(crate) calls: Vec<Call>,
    /// What it gives.
    pub(crate) kind: Kind,
}

/// Parses `text`.
pub(crate) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxError {
            offset: 0,
            label: "longer than 4096 bytes",
        });
    }
    let (expression, source) = Parser::default()
        .enable_optional_syntax(true)
        .parse_with_source_info(text)
        .map_err(|errors| {
            let first = errors.errors.first();
            let (line, column) = first.map_or((1, 1), |e| e.pos);
            let early = first.is_some_and(|e| e.msg.contains("<EOF>' expecting"));
            let label = if early {
                "ends too early"
            } else {
                "not expected here"
            };
            SyntaxError {
                offset: offset(text, line, column),
                label,
            }
        })?;
    let mut reader = Reader {
        text,
        source: &source,
        local: Vec::new(),
        accesses: Vec::new(),
        calls: Vec::new(),
    };
    reader.visit(&expression);
    let kind = reader.kind(&expression);
    Ok(Expression {
        accesses: reader.accesses,
        calls: reader.calls,
        kind,
    })
}

/// Byte offset of a line and column, both from 1, columns in characters.
fn offset(text: &str, line: isize, column: isize) -> usize {
    let before = usize::try_from(line - 1).unwrap_or(0);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    let column = usize::try_from(column - 1).unwrap_or(0);
    start
        + rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at)
}

struct Reader<'e> {
    text: &'e str,
    source: &'e SourceInfo,
    /// Variables of comprehensions around, with what they stand for where that is read from outside.
    local: Vec<(&'e str, Option<Access>)>,
    accesses: Vec<Access>,
    calls: Vec<Call>,
}

/// Members from the last to the first, each with the id of what names it; the keys among them
/// that are expressions themselves; and what they are members of.
struct Chain<'e> {
    steps: Vec<(&'e str, u64)>,
    keys: Vec<&'e IdedExpr>,
    root: &'e IdedExpr,
}

fn chain(at: &IdedExpr) -> Chain<'_> {
    let (mut steps, mut keys, mut root) = (Vec::new(), Vec::new(), at);
    loop {
        match &root.expr {
            Expr::Select(select) => {
                steps.push((select.field.as_str(), root.id));
                root = &select.operand;
            }
            // `req["subject"]` reads the same as `req.subject`.
            Expr::Call(CallExpr {
                func_name, args, ..
            }) if [INDEX, OPT_INDEX, OPT_SELECT].contains(&func_name.as_str()) => {
                let [of, key] = args.as_slice() else { break };
                if let Expr::Literal(LiteralValue::String(name)) = &key.expr {
                    steps.push((name.inner(), key.id));
                } else {
                    steps.push((ITEM, key.id));
                    keys.push(key);
                }
                root = of;
            }
            _ => break,
        }
    }
    Chain { steps, keys, root }
}

impl<'e> Reader<'e> {
    /// Byte offset of a node. The parser counts characters.
    fn offset(&self, id: u64) -> usize {
        let start = self.source.offset_for(id).map_or(0, |(start, _)| start);
        let mut characters = self.text.char_indices();
        let found = usize::try_from(start).ok().and_then(|n| characters.nth(n));
        found.map_or(0, |(at, _)| at)
    }

    /// What a chain of members reads; `None` where its root is no variable, or one that stands for
    /// something computed.
    fn access(&self, chain: &Chain<'e>) -> Option<Access> {
        let Expr::Ident(name) = &chain.root.expr else {
            return None;
        };
        let mut end = self.offset(chain.root.id);
        let mut access = match self.local.iter().rev().find(|(local, _)| local == name) {
            Some((_, stands_for)) => stands_for.clone()?,
            None => Access {
                parts: vec![(name.clone(), end)],
            },
        };
        end += name.len();
        for (name, id) in chain.steps.iter().rev() {
            let mut start = self.offset(*id).max(end);
            if *name != ITEM {
                let rest = self.text.get(start..);
                start += rest.and_then(|rest| rest.find(name)).unwrap_or(0);
                end = start + name.len();
            }
            access.parts.push(((*name).to_owned(), start));
        }
        Some(access)
    }

    fn visit(&mut self, at: &'e IdedExpr) {
        let chain = chain(at);
        for key in &chain.keys {
            self.visit(key);
        }
        match &chain.root.expr {
            Expr::Ident(name) => {
                let global = self.local.iter().all(|(local, _)| local != name);
                if !(global && TYPES.contains(&name.as_str())) {
                    self.accesses.extend(self.access(&chain));
                }
            }
            Expr::Call(call) => self.call(chain.root.id, call),
            Expr::List(list) => list.elements.iter().for_each(|e| self.visit(e)),
            Expr::Map(map) => map.entries.iter().for_each(|e| self.entry(&e.expr)),
            Expr::Struct(object) => object.entries.iter().for_each(|e| self.entry(&e.expr)),
            Expr::Comprehension(fold) => {
                self.visit(&fold.iter_range);
                self.visit(&fold.accu_init);
                let depth = self.local.len();
                let item = self.item(&fold.iter_range);
                self.local.push((&fold.iter_var, item));
                self.local.push((&fold.accu_var, None));
                self.local
                    .extend(fold.iter_var2.as_deref().map(|name| (name, None)));
                for inner in [&fold.loop_cond, &fold.loop_step, &fold.result] {
                    self.visit(inner);
                }
                self.local.truncate(depth);
            }
            Expr::Literal(_) | Expr::Select(_) | Expr::Unspecified => {}
        }
    }

    /// What an item of `range` reads.
    fn item(&self, range: &'e IdedExpr) -> Option<Access> {
        let mut access = self.access(&chain(range))?;
        access.parts.push((ITEM.to_owned(), 0));
        Some(access)
    }

    fn call(&mut self, id: u64, call: &'e CallExpr) {
        let name = call.func_name.as_str();
        let target = call.target.as_deref();
        let on = target.and_then(|t| match &t.expr {
            Expr::Ident(on) => Some(on.as_str()),
            _ => None,
        });
        let space = on.filter(|on| functions::is_qualified(on, name));
        // Operators and what macros leave behind have names that nobody can write.
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let before = self.text.get(..self.offset(id)).unwrap_or("");
            self.calls.push(Call {
                name: space.map_or(name.to_owned(), |space| format!("{space}.{name}")),
                offset: match (space, target) {
                    (Some(_), Some(target)) => self.offset(target.id),
                    _ => before.rfind(name).unwrap_or(0),
                },
                on: on.filter(|_| space.is_none()).map(str::to_owned),
            });
        }
        if let Some(target) = target.filter(|_| space.is_none()) {
            self.visit(target);
        }
        let (declared, rest) = call
            .args
            .split_at(functions::variables(name, call.args.len()));
        let depth = self.local.len();
        let declared = declared.iter().filter_map(|e| match &e.expr {
            Expr::Ident(name) => Some((name.as_str(), None)),
            _ => None,
        });
        self.local.extend(declared);
        rest.iter().for_each(|e| self.visit(e));
        self.local.truncate(depth);
    }

    fn entry(&mut self, at: &'e EntryExpr) {
        match at {
            EntryExpr::StructField(field) => self.visit(&field.value),
            EntryExpr::MapEntry(pair) => {
                self.visit(&pair.key);
                self.visit(&pair.value);
            }
        }
    }

    /// What `at`, which stands outside of all comprehensions, gives.
    fn kind(&self, at: &'e IdedExpr) -> Kind {
        match &at.expr {
            Expr::Literal(LiteralValue::Boolean(_)) => Kind::Bool,
            Expr::Literal(LiteralValue::String(_)) => Kind::Text,
            Expr::Select(select) if select.test => Kind::Bool,
            Expr::Literal(_) | Expr::List(_) | Expr::Map(_) | Expr::Struct(_) => Kind::Other,
            Expr::Call(call)
                if !call
                    .func_name
                    .starts_with(|c: char| c.is_ascii_alphabetic()) =>
            {
                self.kind_of_operator(at, &call.func_name, &call.args)
            }
            Expr::Call(call) => {
                let space = match call.target.as_deref().map(|t| &t.expr) {
                    Some(Expr::Ident(on)) if functions::is_qualified(on, &call.func_name) => {
                        format!("{on}.")
                    }
                    _ => String::new(),
                };
                match functions::gives(&format!("{space}{}", call.func_name)) {
                    Gives::Bool => Kind::Bool,
                    Gives::Text => Kind::Text,
                    Gives::Other => Kind::Other,
                    Gives::Any => Kind::Unknown,
                }
            }
            Expr::Comprehension(fold) => match &fold.result.expr {
                Expr::Ident(_) => self.kind(&fold.accu_init),
                _ => self.kind(&fold.result),
            },
            Expr::Ident(_) | Expr::Select(_) => {
                self.access(&chain(at)).map_or(Kind::Unknown, Kind::Read)
            }
            Expr::Unspecified => Kind::Unknown,
        }
    }

    fn kind_of_operator(&self, at: &'e IdedExpr, operator: &str, args: &'e [IdedExpr]) -> Kind {
        match (operator, args) {
            (operators::CONDITIONAL, [_, yes, no]) => match (self.kind(yes), self.kind(no)) {
                (Kind::Bool, Kind::Bool) => Kind::Bool,
                (Kind::Bool | Kind::Read(_) | Kind::Unknown, other)
                | (other, Kind::Bool | Kind::Read(_) | Kind::Unknown) => match other {
                    Kind::Bool | Kind::Read(_) => Kind::Unknown,
                    other => other,
                },
                (yes, _) => yes,
            },
            (operators::ADD, args) => {
                let text = args.iter().any(|e| matches!(self.kind(e), Kind::Text));
                if text { Kind::Text } else { Kind::NumberOrText }
            }
            (
                operators::SUBSTRACT
                | operators::MULTIPLY
                | operators::DIVIDE
                | operators::MODULO
                | operators::NEGATE,
                _,
            ) => Kind::Other,
            (INDEX, _) => self.access(&chain(at)).map_or(Kind::Unknown, Kind::Read),
            (OPT_INDEX | OPT_SELECT, _) => Kind::Other,
            _ => Kind::Bool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let accesses = parse(text).map(|e| e.accesses).unwrap_or_default();
        let names = |a: Access| {
            a.parts
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join(".")
        };
        accesses.into_iter().map(names).collect()
    }

    #[test]
    fn reads_what_stands_outside_of_comprehensions() {
        assert_eq!(
            paths("req.a.b == res.c && has(req.d)"),
            ["req.a.b", "res.c", "req.d"]
        );
        assert_eq!(
            paths("req.items.exists(i, i.name == other)"),
            ["req.items", "req.items.0.name", "other"]
        );
        assert_eq!(
            paths(
                "req.a[req.n].b == 1 && req.c.all(k, v, k == v) && req.d.map(x, x + 1).all(y, y.z)"
            ),
            ["req.n", "req.a.0.b", "req.c", "req.d", "req.d.0"]
        );
        assert_eq!(
            paths("type(req.a) == string && req.?b.hasValue()"),
            ["req.a", "req.b"]
        );
        assert_eq!(paths("{'k': req.a}['k'] in [req.b]"), ["req.a", "req.b"]);
    }

    #[test]
    fn members_and_mistakes_have_places() {
        let found = parse("'ü' == req.subject.id");
        let found = found.map(|e| e.accesses).unwrap_or_default();
        assert_eq!(
            found[0].parts[2],
            ("id".into(), "'ü' == req.subject.".len())
        );
        let error = parse("req.a &&\n  )").err().map(|e| (e.offset, e.label));
        assert_eq!(error, Some((11, "not expected here")));
        let error = parse("req.a &&").err().map(|e| (e.offset, e.label));
        assert_eq!(error, Some((8, "ends too early")));
    }

    #[test]
    fn functions_are_found_with_their_namespaces() {
        let calls = parse("!sets.contains([1], req.a.split ('/')) && size(x) > 0 && b.foo()");
        let calls = calls.map(|e| e.calls).unwrap_or_default();
        let calls: Vec<_> = calls
            .iter()
            .map(|c| (c.name.as_str(), c.offset, c.on.as_deref()))
            .collect();
        let expected = [
            ("sets.contains", 1, None),
            ("split", 26, None),
            ("size", 42, None),
            ("foo", 59, Some("b")),
        ];
        assert_eq!(calls, expected);
    }

    #[test]
    fn what_an_expression_gives_is_told_where_it_can_be() {
        for (text, kind) in [
            ("a == b", "Bool"),
            ("has(a.b)", "Bool"),
            ("a.exists_one(x, x > 1)", "Bool"),
            ("a.all(x, x > 1) ? true : !b", "Bool"),
            ("sets.intersects(a, b)", "Bool"),
            ("'a' + b", "Text"),
            ("a.lowerAscii()", "Text"),
            ("a + b", "NumberOrText"),
            ("a * 2", "Other"),
            ("a.filter(x, x > 1)", "Other"),
            ("a ? b == c : 'no'", "Text"),
            ("a ? b : true", "Unknown"),
            ("dyn(a)", "Unknown"),
        ] {
            let found = parse(text).map(|e| format!("{:?}", e.kind));
            assert_eq!(found.unwrap_or_default(), kind, "{text}");
        }
        let found = parse("a.b[0]").map(|e| e.kind);
        assert!(matches!(found, Ok(Kind::Read(_))));
    }
}
