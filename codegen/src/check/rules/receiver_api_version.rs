use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A Flux Receiver names an object of a kind that Flux does not find.
    ///
    /// ## What it does
    /// Objects below `resources` need `apiVersion`, except sources (Bucket, GitRepository, HelmChart,
    /// HelmRepository, OCIRepository), ImageRepository and ArtifactGenerator.
    ///
    /// ## Why
    /// Of these kinds alone the controller knows the version. With any other, the Receiver becomes ready
    /// all the same, and then answers every event with 500.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resources:
    ///       - { kind: Kustomization, name: shop, namespace: flux-system }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resources:
    ///       - { apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: shop, namespace: flux-system }
    /// ```
    "receiver-api-version", 629, Error, check
}

const KNOWN: &[&str] = &[
    "ArtifactGenerator",
    "Bucket",
    "GitRepository",
    "HelmChart",
    "HelmRepository",
    "ImageRepository",
    "OCIRepository",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let receivers = context.spec.flux.iter().flat_map(|f| f.body.receivers.iter());
    for object in receivers.flat_map(|(_, receiver)| &receiver.resources) {
        if object.api_version.is_some() || KNOWN.contains(&object.kind.value.as_str()) {
            continue;
        }
        let help = match object.kind.as_str() {
            "Kustomization" => "write `apiVersion: kustomize.toolkit.fluxcd.io/v1`",
            "HelmRelease" => "write `apiVersion: helm.toolkit.fluxcd.io/v2`",
            "ImagePolicy" => "write `apiVersion: image.toolkit.fluxcd.io/v1`",
            _ => "write `apiVersion:` with the group and version of the kind",
        };
        findings.push(
            Finding::new(&META, object.kind.span, format!("Flux does not know the API version of `{}`", object.kind.value))
                .label("without `apiVersion`")
                .help(help),
        );
    }
}
