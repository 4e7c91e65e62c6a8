//! CEL expressions: whether they parse, and which members they read.

use cel::common::ast::operators::INDEX;
use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue};
use cel::parser::Parser;

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

/// A variable that an expression reads, and the members of it: `req.subject.id`.
#[derive(Debug)]
pub(crate) struct Access {
    /// The variable, then member by member, each with its byte offset in the expression.
    pub(crate) parts: Vec<(String, usize)>,
}

/// Parses `text` and lists what it reads.
pub(crate) fn parse(text: &str) -> Result<Vec<Access>, SyntaxError> {
    if text.len() > MAX_LENGTH {
        return Err(SyntaxError {
            offset: 0,
            label: "longer than 4096 bytes",
        });
    }
    let (expression, source) =
        Parser::default()
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
    let mut found = Vec::new();
    visit(&expression, &mut Vec::new(), &mut |id, path| {
        // Offsets are counted in characters.
        let root = source.offset_for(id).map_or(0, |(start, _)| start as usize);
        let mut at = text.char_indices().nth(root).map_or(0, |(at, _)| at);
        let parts = path.into_iter().map(|name| {
            at += text.get(at..).and_then(|rest| rest.find(name)).unwrap_or(0);
            let start = at;
            at += name.len();
            (name.to_owned(), start)
        });
        found.push(Access {
            parts: parts.collect(),
        });
    });
    Ok(found)
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

/// Calls `read` with the id of the variable and the path of everything that is read from outside:
/// variables of comprehensions are not.
fn visit<'e>(at: &'e IdedExpr, local: &mut Vec<&'e str>, read: &mut impl FnMut(u64, Vec<&'e str>)) {
    let mut members = Vec::new();
    let mut root = at;
    loop {
        match &root.expr {
            Expr::Select(select) => {
                members.push(select.field.as_str());
                root = &select.operand;
            }
            // `req["subject"]` reads the same as `req.subject`.
            Expr::Call(call) if call.func_name == INDEX => match call.args.as_slice() {
                [
                    of,
                    IdedExpr {
                        expr: Expr::Literal(LiteralValue::String(name)),
                        ..
                    },
                ] => {
                    members.push(name.inner());
                    root = of;
                }
                _ => break,
            },
            _ => break,
        }
    }
    match &root.expr {
        Expr::Ident(name) if !local.contains(&name.as_str()) => {
            members.push(name);
            members.reverse();
            read(root.id, members);
        }
        Expr::Call(call) => {
            let target = call.target.as_deref();
            target
                .into_iter()
                .chain(&call.args)
                .for_each(|e| visit(e, local, read));
        }
        Expr::List(list) => list.elements.iter().for_each(|e| visit(e, local, read)),
        Expr::Map(map) => map.entries.iter().for_each(|e| entry(&e.expr, local, read)),
        Expr::Struct(object) => object
            .entries
            .iter()
            .for_each(|e| entry(&e.expr, local, read)),
        Expr::Comprehension(fold) => {
            visit(&fold.iter_range, local, read);
            visit(&fold.accu_init, local, read);
            let depth = local.len();
            local.extend([fold.iter_var.as_str(), fold.accu_var.as_str()]);
            local.extend(fold.iter_var2.as_deref());
            for inner in [&fold.loop_cond, &fold.loop_step, &fold.result] {
                visit(inner, local, read);
            }
            local.truncate(depth);
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Select(_) | Expr::Unspecified => {}
    }
}

fn entry<'e>(
    at: &'e EntryExpr,
    local: &mut Vec<&'e str>,
    read: &mut impl FnMut(u64, Vec<&'e str>),
) {
    match at {
        EntryExpr::StructField(field) => visit(&field.value, local, read),
        EntryExpr::MapEntry(pair) => {
            visit(&pair.key, local, read);
            visit(&pair.value, local, read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let accesses = parse(text).unwrap_or_default();
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
            ["req.items", "other"]
        );
        assert_eq!(paths("{'k': req.a}['k'] in [req.b]"), ["req.a", "req.b"]);
    }

    #[test]
    fn members_and_mistakes_have_places() {
        let found = parse("'ü' == req.subject.id").unwrap_or_default();
        assert_eq!(
            found[0].parts[2],
            ("id".into(), "'ü' == req.subject.".len())
        );
        let error = parse("req.a &&\n  )").err().map(|e| (e.offset, e.label));
        assert_eq!(error, Some((11, "not expected here")));
        let error = parse("req.a &&").err().map(|e| (e.offset, e.label));
        assert_eq!(error, Some((8, "ends too early")));
    }
}
