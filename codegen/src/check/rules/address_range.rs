use std::net::IpAddr;

use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A range of addresses is malformed, or leaves out what it does not hold.
    ///
    /// ## What it does
    /// `cidr` and `except` of `network.yaml` are an address, `/` and the length of the part that all addresses
    /// have in common; what follows that part is 0. What `except` leaves out is a part of `cidr`.
    ///
    /// ## Why
    /// The API server refuses others. Older ones accept `10.0.0.1/8`, with a warning, and read it as
    /// `10.0.0.0/8`.
    ///
    /// ## Fails
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls of the desk.
    ///     namespace: shop
    ///     egress: [{ summary: The bank, peers: [{ cidr: 10.0.0.1/8 }] }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls of the desk.
    ///     namespace: shop
    ///     egress: [{ summary: The bank, peers: [{ cidr: 10.0.0.0/8 }] }]
    /// ```
    "address-range", 722, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policies = context.spec.network.iter().flat_map(|f| f.body.policies.iter());
    let rules = policies.flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    for peer in rules.flat_map(|rule| &rule.peers) {
        let mut read = |text: &Text| match Range::new(text) {
            Ok(range) => Some(range),
            Err(problem) => {
                findings.push(problem.finding(text));
                None
            }
        };
        let whole = peer.cidr.as_ref().and_then(|cidr| Some((cidr, read(cidr)?)));
        let parts: Vec<_> = peer.except.iter().filter_map(|text| Some((text, read(text)?))).collect();
        let Some((cidr, whole)) = whole else { continue };
        for (text, _) in parts.iter().filter(|(_, part)| !whole.holds(part)) {
            findings.push(
                Finding::new(&META, text.span, format!("`{}` is no part of `{}`", text.value, cidr.value))
                    .label("left out of what does not hold it")
                    .also(cidr.span, "the whole")
                    .help("remove it, or write a smaller range that is inside"),
            );
        }
    }
}

/// Addresses that begin with the same bits.
struct Range {
    v4: bool,
    /// The address, at the left end.
    bits: u128,
    length: u32,
}

enum Problem {
    Malformed,
    /// The range that is meant.
    Bits(String),
}

impl Range {
    fn new(text: &str) -> Result<Self, Problem> {
        let (address, length) = text.split_once('/').ok_or(Problem::Malformed)?;
        let address: IpAddr = address.parse().map_err(|_| Problem::Malformed)?;
        let canonical = length.bytes().all(|b| b.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
        let length: u32 = length.parse().map_err(|_| Problem::Malformed)?;
        let (bits, width) = match address {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let mapped = matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
        if !canonical || mapped || length > width {
            return Err(Problem::Malformed);
        }
        let common = bits & mask(length);
        if common != bits {
            let first: IpAddr = match address {
                IpAddr::V4(_) => std::net::Ipv4Addr::from_bits((common >> 96) as u32).into(),
                IpAddr::V6(_) => std::net::Ipv6Addr::from_bits(common).into(),
            };
            return Err(Problem::Bits(format!("{first}/{length}")));
        }
        Ok(Self { v4: address.is_ipv4(), bits, length })
    }

    /// Whether a range is a part, and not all, of this one.
    fn holds(&self, part: &Self) -> bool {
        self.v4 == part.v4 && self.length < part.length && part.bits & mask(self.length) == self.bits
    }
}

fn mask(length: u32) -> u128 {
    u128::MAX.checked_shl(128 - length).unwrap_or(0)
}

impl Problem {
    fn finding(self, text: &Text) -> Finding {
        match self {
            Self::Malformed => Finding::new(&META, text.span, format!("`{}` is no range of addresses", text.value))
                .label("not in CIDR notation")
                .help("write it as `10.0.0.0/8` or `2001:db8::/32`; a single address ends in `/32` or `/128`"),
            Self::Bits(meant) => Finding::new(&META, text.span, format!("`{}` has bits behind the common part", text.value))
                .label("more than its length says")
                .help(format!("write `{meant}`, or a greater length"))
                .replace(format!("write `{meant}`"), meant, false),
        }
    }
}
