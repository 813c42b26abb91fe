import Vocabulary

/// The endpoints of the Targets service: the systems that can be acted on, how to reach them, and with which credentials.
package enum TargetsAPI {
    /// Targets that match a filter, by name.
    package static let list = Endpoint<TargetQuery, Page<Target>>(
        .get, "/api/targets", needs: .targetsRead, "Lists targets that match a filter, by name")
    /// Adds a target.
    package static let create = Endpoint<SaveTarget, Target>(
        .post, "/api/targets", answers: .created, needs: .targetsWrite, "Adds a target")
    /// One target by id, serial or name.
    package static let show = Endpoint<Nothing, Target>(.get, "/api/targets/{target}", needs: .targetsRead, "Shows a target")
    /// Replaces a target's description.
    package static let update = Endpoint<SaveTarget, Target>(
        .put, "/api/targets/{target}", needs: .targetsWrite, "Changes a target")
    /// Deletes a target; its runs keep its name and serial.
    package static let delete = Endpoint<Nothing, Nothing>(
        .delete, "/api/targets/{target}", answers: .noContent, needs: .targetsWrite, "Deletes a target")
    /// Connects to a target and shows every stage on the way.
    package static let test = Endpoint<TestTarget, ConnectionTest>(
        .post, "/api/targets/{target}/test", needs: .targetsTest, "Connects to a target and shows every stage on the way")
    /// Pins a host key: only pinned keys are accepted from then on.
    package static let pinHostKey = Endpoint<PinHostKey, Target>(
        .post, "/api/targets/{target}/host-keys", needs: .hostKeysPin, "Pins a host key")
    /// Removes a pinned host key, for example after a machine was installed anew.
    package static let unpinHostKey = Endpoint<Nothing, Target>(
        .delete, "/api/targets/{target}/host-keys/{fingerprint}", answers: .ok, needs: .hostKeysPin, "Removes a pinned host key")
    /// Adds tags to and removes tags from all targets that match a filter.
    package static let tag = Endpoint<TagTargets, TagReceipt>(
        .post, "/api/targets/tags", needs: .targetsWrite, "Adds and removes tags on all targets that match a filter")
    /// Imports targets from CSV, JSON, an OpenSSH config or an Ansible inventory; a dry run shows what would change.
    package static let importTargets = Endpoint<ImportTargets, ImportReceipt>(
        .post, "/api/targets/import", needs: .targetsWrite,
        "Imports targets from CSV, JSON, an OpenSSH config or an Ansible inventory, all or nothing")
    /// All targets that match a filter, in a form that can be imported again.
    package static let export = Endpoint<ExportTargets, Download>(
        .get, "/api/targets/export", needs: .targetsRead, "Exports targets as CSV or JSON")
    /// The words and values that filters can use, for completion.
    package static let vocabulary = Endpoint<Nothing, FilterVocabulary>(
        .get, "/api/targets/vocabulary", needs: .targetsRead, "Lists the values that filters can use")

    /// Saved groups by name.
    package static let groups = Endpoint<PageQuery, Page<TargetGroup>>(
        .get, "/api/targets/groups", needs: .targetsRead, "Lists saved groups")
    /// Saves a new group.
    package static let createGroup = Endpoint<SaveTargetGroup, TargetGroup>(
        .post, "/api/targets/groups", answers: .created, needs: .targetsWrite, "Saves a filter as a group")
    /// Changes a group, by id or name.
    package static let updateGroup = Endpoint<SaveTargetGroup, TargetGroup>(
        .put, "/api/targets/groups/{group}", needs: .targetsWrite, "Changes a group")
    /// Deletes a group, by id or name.
    package static let deleteGroup = Endpoint<Nothing, Nothing>(
        .delete, "/api/targets/groups/{group}", answers: .noContent, needs: .targetsWrite, "Deletes a group")

    /// Shared credentials by name, never their secrets.
    package static let credentials = Endpoint<PageQuery, Page<Credential>>(
        .get, "/api/targets/credentials", needs: .credentialsRead, "Lists credentials, never their secrets")
    /// Adds a credential.
    package static let createCredential = Endpoint<SaveCredential, Credential>(
        .post, "/api/targets/credentials", answers: .created, needs: .credentialsWrite, "Adds a credential")
    /// Changes a credential, by id or name; absent secrets stay as they are.
    package static let updateCredential = Endpoint<SaveCredential, Credential>(
        .put, "/api/targets/credentials/{credential}", needs: .credentialsWrite,
        "Changes a credential; absent secrets stay as they are")
    /// Deletes a credential that no target uses.
    package static let deleteCredential = Endpoint<Nothing, Nothing>(
        .delete, "/api/targets/credentials/{credential}", answers: .noContent, needs: .credentialsWrite,
        "Deletes a credential that no target uses")

    /// The targets of a run, for Jobs and Executions.
    package static let select = Endpoint<SelectTargets, SelectedTargets>(
        .post, "/api/targets/internal/select", needs: .service, repeatable: true, "Resolves a filter to targets")
    /// How to reach targets, with credentials sealed for one worker.
    package static let connections = Endpoint<AskConnections, TargetConnections>(
        .post, "/api/targets/internal/connections", needs: .service, repeatable: true,
        "How to reach targets, credentials sealed for a worker")
    /// Pins the host key that a worker saw first, where the target's policy allows it.
    package static let reportHostKey = Endpoint<ReportHostKey, Nothing>(
        .post, "/api/targets/internal/host-keys", answers: .noContent, needs: .service, repeatable: true, "Pins a host key on first use")
}
