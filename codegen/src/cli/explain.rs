//! `klambda explain`.

use std::fmt::Write as _;

use knative_lambda_codegen::check::{RuleMeta, rules};
use knative_lambda_codegen::diagnostics::nearest;

use super::{Exit, Failure, Output};

/// Print the page of a rule, or list the rules.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  klambda explain KL0012
  klambda explain unknown-key
  klambda explain --list")]
pub(super) struct Arguments {
    /// Code or name of a rule; without one, all rules are listed.
    #[arg(value_name = "CODE")]
    rule: Option<String>,

    /// List all rules.
    #[arg(long, conflicts_with = "rule")]
    list: bool,
}

pub(super) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let text = match &arguments.rule {
        Some(asked) => page(find(asked)?),
        None => list(),
    };
    output.data(&text)?;
    Ok(Exit::Fine)
}

/// The rule with a code (`KL0012`, `kl12`, `12`) or a name.
fn find(asked: &str) -> Result<&'static RuleMeta, Failure> {
    let lower = asked.to_ascii_lowercase();
    let number = lower.strip_prefix("kl").unwrap_or(&lower).parse().ok();
    let found = rules::ALL
        .iter()
        .find(|rule| Some(rule.code.0) == number || rule.name == lower);
    found.copied().ok_or_else(|| {
        let codes: Vec<String> = rules::ALL.iter().map(|r| r.code.to_string()).collect();
        let names = rules::ALL.iter().map(|r| r.name);
        let failure = Failure::new(format!("there is no rule `{asked}`"));
        let failure = match nearest(asked, codes.iter().map(String::as_str).chain(names)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        };
        failure.help("`klambda explain --list` lists all rules")
    })
}

fn page(rule: &RuleMeta) -> String {
    let (severity, page) = (rule.severity.as_str(), rule.page);
    // The doc comment's lines begin with the blank that follows `///`.
    let page: Vec<&str> = page
        .trim_end()
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    format!(
        "# {}: {} ({severity})\n\n{}\n",
        rule.code,
        rule.name,
        page.join("\n")
    )
}

fn list() -> String {
    let mut sorted: Vec<&RuleMeta> = rules::ALL.to_vec();
    sorted.sort_by_key(|rule| rule.code);
    let width = sorted.iter().map(|r| r.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut group = "";
    for rule in sorted {
        if rule.group() != group {
            let gap = if group.is_empty() { "" } else { "\n" };
            group = rule.group();
            let _ = writeln!(text, "{gap}{group}");
        }
        let _ = writeln!(
            text,
            "  {}  {:7}  {:width$}  {}",
            rule.code,
            rule.severity.as_str(),
            rule.name,
            rule.summary()
        );
    }
    text
}
