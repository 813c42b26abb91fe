import Contracts
import Foundation
import Testing

/// What each endpoint that changes something, or shows a secret or what a run printed, tells the audit log, or why nothing.
enum AuditedEndpoints {
    /// The actions that each writes.
    static let actions: [String: [String]] = [auth, users, targets, discovery, jobs, executions, schedules, notifications, audit]
        .reduce(into: [:]) { all, some in all.merge(some) { $1 } }

    private static let auth = [
        AuthAPI.setUp.key: ["auth.set_up"], AuthAPI.login.key: ["auth.signed_in", "auth.sign_in_refused", "auth.sign_in_throttled"],
        AuthAPI.refresh.key: ["auth.refresh_reused"], AuthAPI.logout.key: ["auth.signed_out"],
        AuthAPI.changePassword.key: ["auth.password_changed", "auth.password_refused"], AuthAPI.redeem.key: ["auth.link_redeemed"],
        AuthAPI.makeLink.key: ["auth.link_made"], AuthAPI.revokeSession.key: ["session.revoked"],
        AuthAPI.makeToken.key: ["token.created"], AuthAPI.revokeToken.key: ["token.revoked"], AuthAPI.endUser.key: ["auth.access_ended"],
    ]
    private static let users = [
        UsersAPI.create.key: ["user.created"], UsersAPI.update.key: ["user.updated"], UsersAPI.delete.key: ["user.deleted"],
        UsersAPI.createFirst.key: ["user.created"],
    ]
    private static let targets = [
        TargetsAPI.create.key: ["target.created"], TargetsAPI.update.key: ["target.updated"], TargetsAPI.delete.key: ["target.deleted"],
        TargetsAPI.test.key: ["target.tested", "credential.used"], TargetsAPI.pinHostKey.key: ["host_key.pinned"],
        TargetsAPI.unpinHostKey.key: ["host_key.unpinned"], TargetsAPI.tag.key: ["targets.tagged"],
        TargetsAPI.importTargets.key: ["targets.imported"], TargetsAPI.export.key: ["targets.exported"],
        TargetsAPI.createGroup.key: ["target_group.created"], TargetsAPI.updateGroup.key: ["target_group.updated"],
        TargetsAPI.deleteGroup.key: ["target_group.deleted"], TargetsAPI.createCredential.key: ["credential.created"],
        TargetsAPI.updateCredential.key: ["credential.updated"], TargetsAPI.deleteCredential.key: ["credential.deleted"],
        TargetsAPI.reportHostKey.key: ["host_key.pinned", "host_key.alarm"],
    ]
    private static let discovery = [
        TargetsAPI.checkHealth.key: ["credential.used"], TargetsAPI.createHealthPolicy.key: ["health_policy.created"],
        TargetsAPI.updateHealthPolicy.key: ["health_policy.updated"], TargetsAPI.deleteHealthPolicy.key: ["health_policy.deleted"],
        TargetsAPI.createDiscoveryRange.key: ["discovery_range.created"], TargetsAPI.updateDiscoveryRange.key: ["discovery_range.updated"],
        TargetsAPI.deleteDiscoveryRange.key: ["discovery_range.deleted"],
        TargetsAPI.startDiscoveryScan.key: ["discovery_scan.started", "credential.used"],
        TargetsAPI.cancelDiscoveryScan.key: ["discovery_scan.cancelled"],
        TargetsAPI.ignoreFindings.key: ["findings.ignored", "findings.reviewed"], TargetsAPI.importFindings.key: ["target.imported"],
    ]
    private static let schedules = [
        SchedulesAPI.create.key: ["schedule.created"], SchedulesAPI.update.key: ["schedule.updated"],
        SchedulesAPI.delete.key: ["schedule.deleted"], SchedulesAPI.apply.key: ["schedule.created", "schedule.updated"],
        SchedulesAPI.pause.key: ["schedule.paused"], SchedulesAPI.resume.key: ["schedule.resumed"],
        SchedulesAPI.createCalendar.key: ["calendar.created"], SchedulesAPI.updateCalendar.key: ["calendar.updated"],
        SchedulesAPI.deleteCalendar.key: ["calendar.deleted"], SchedulesAPI.createRule.key: ["dead_man_rule.created"],
        SchedulesAPI.updateRule.key: ["dead_man_rule.updated"], SchedulesAPI.deleteRule.key: ["dead_man_rule.deleted"],
        SchedulesAPI.createWebhook.key: ["webhook.created"], SchedulesAPI.updateWebhook.key: ["webhook.updated"],
        SchedulesAPI.deleteWebhook.key: ["webhook.deleted"], SchedulesAPI.rotateWebhook.key: ["webhook.secret_rotated"],
        SchedulesAPI.redeliver.key: ["webhook.redelivered"], SchedulesAPI.receive.key: ["execution.started"],
        SchedulesAPI.createEventRule.key: ["event_rule.created"], SchedulesAPI.updateEventRule.key: ["event_rule.updated"],
        SchedulesAPI.deleteEventRule.key: ["event_rule.deleted"],
        SchedulesAPI.applyEventRules.key: ["event_rule.created", "event_rule.updated"],
    ]
    private static let notifications = [
        NotificationsAPI.createChannel.key: ["channel.created"], NotificationsAPI.updateChannel.key: ["channel.updated"],
        NotificationsAPI.deleteChannel.key: ["channel.deleted"], NotificationsAPI.testChannel.key: ["channel.tested"],
        NotificationsAPI.saveMailServer.key: ["mail_server.updated"], NotificationsAPI.deleteMailServer.key: ["mail_server.deleted"],
        NotificationsAPI.testMailServer.key: ["mail_server.tested"], NotificationsAPI.createRoute.key: ["notification_route.created"],
        NotificationsAPI.updateRoute.key: ["notification_route.updated"],
        NotificationsAPI.deleteRoute.key: ["notification_route.deleted"], NotificationsAPI.sendAgain.key: ["notification.sent_again"],
        NotificationsAPI.acknowledge.key: ["alert.acknowledged"], NotificationsAPI.resolve.key: ["alert.resolved"],
    ]
    private static let jobs = [
        JobsAPI.create.key: ["job.created"], JobsAPI.update.key: ["job.updated"], JobsAPI.delete.key: ["job.deleted"],
        JobsAPI.apply.key: ["job.created", "job.updated"], JobsAPI.run.key: ["execution.started"],
        JobsAPI.launch.key: ["execution.started"],
    ]
    private static let executions = [
        ExecutionsAPI.runCommand.key: ["execution.started"], ExecutionsAPI.start.key: ["execution.started"],
        ExecutionsAPI.startMany.key: ["execution.started"], ExecutionsAPI.leaseErrand.key: ["credential.used"],
        ExecutionsAPI.rerun.key: ["execution.started"], ExecutionsAPI.cancel.key: ["execution.cancelled"],
        ExecutionsAPI.close.key: ["execution.closed"], ExecutionsAPI.pause.key: ["execution.paused"],
        ExecutionsAPI.proceed.key: ["execution.continued"],
        ExecutionsAPI.decide.key: ["approval.approved", "approval.rejected"], ExecutionsAPI.saveGuard.key: ["guard.updated"],
        ExecutionsAPI.setRetention.key: ["retention.updated"], ExecutionsAPI.keep.key: ["execution.kept", "execution.let_go"],
        ExecutionsAPI.lease.key: ["credential.used", "credential.withheld"],
        ExecutionsAPI.report.key: ["execution.ended", "credential.used"], ExecutionsAPI.log.key: ["execution.output_read"],
        ExecutionsAPI.lines.key: ["execution.output_read"], ExecutionsAPI.search.key: ["execution.output_read"],
        ExecutionsAPI.outputs.key: ["execution.output_read"], ExecutionsAPI.comparison.key: ["execution.output_read"],
        ExecutionsAPI.difference.key: ["execution.output_read"], ExecutionsAPI.feed.key: ["execution.output_read"],
        ExecutionsAPI.searchAll.key: ["output.searched"],
    ]
    private static let audit = [
        AuditAPI.list.key: ["audit.read"], AuditAPI.show.key: ["audit.read"], AuditAPI.export.key: ["audit.exported"],
        AuditAPI.verify.key: ["audit.verified"], AuditAPI.evidence.key: ["execution.evidence_exported"],
    ]

    /// Why an endpoint that is not a plain question tells nothing.
    static let reasons = [
        AuthAPI.introspect.key: "says who shows credentials, for every request; what they do is told by who does it",
        UsersAPI.find.key: "a question of Auth", TargetsAPI.select.key: "a question of Jobs and Executions",
        TargetsAPI.connections.key: "credentials leave sealed for one worker; Executions tells it before it hands them on",
        JobsAPI.check.key: "saves nothing", JobsAPI.plan.key: "starts nothing", ExecutionsAPI.plan.key: "starts nothing",
        ExecutionsAPI.probe.key: "told by Targets, for which it tests", ExecutionsAPI.heartbeat.key: "keeps leases alive",
        ExecutionsAPI.evidence.key: "told by Audit, for which it reads", ExecutionsAPI.evidenceLog.key: "told by Audit, for which it reads",
        AuditAPI.news.key: "is how the log is told", SchedulesAPI.news.key: "what follows from news is told as what it is",
        NotificationsAPI.news.key: "what follows from news is told as what it is", SchedulesAPI.preview.key: "saves nothing",
        SchedulesAPI.tryWebhook.key: "starts nothing", NotificationsAPI.preview.key: "sends nothing",
        JobsAPI.checkLaunch.key: "a question of Schedules", JobsAPI.usualTargets.key: "a question of Schedules",
        ExecutionsAPI.find.key: "a question of other services", ExecutionsAPI.targets.key: "a question of other services",
        ExecutionsAPI.begun.key: "a question of other services",
        ExecutionsAPI.runErrand.key: "told by Targets, for which it is done",
        ExecutionsAPI.cancelErrand.key: "told by Targets, for which it is",
        ExecutionsAPI.errandHeartbeat.key: "keeps leases alive", ExecutionsAPI.reportErrand.key: "what is found is told by Targets",
    ]

    /// Actions that no endpoint leads to by itself.
    static let byThemselves = ["auth.set_up_link_made", "approval.expired", "retention.removed"]
}

@Suite("What is audited")
struct AuditedEndpointsTests {
    @Test("every endpoint that changes something tells the audit log, or there is a reason why not")
    func complete() {
        let changing = EndpointKeys.all.filter { !$0.hasPrefix("GET ") }
        let (told, excused) = (Set(AuditedEndpoints.actions.keys), Set(AuditedEndpoints.reasons.keys))
        #expect(
            changing.subtracting(told).subtracting(excused) == [], "say in AuditedEndpoints what these tell the audit log, or why nothing")
        #expect(told.intersection(excused) == [])
        #expect(told.union(excused).subtracting(EndpointKeys.all) == [])
    }

    @Test("docs/audit.md lists the actions of all endpoints, and no others of the same services")
    func documented() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../docs/audit.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let table = try #require(text.split(separator: "## The form of an entry").first?.split(separator: "## What is told").last)
        let listed = Set(table.matches(of: /`([a-z_]+\.[a-z_]+)`/).map { String($0.1) })
        let written = Set(AuditedEndpoints.actions.values.joined()).union(AuditedEndpoints.byThemselves)
        #expect(written.subtracting(listed) == [])
        #expect(listed.subtracting(written) == [])
    }
}
