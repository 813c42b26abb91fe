import Contracts

/// The keys of every endpoint that the contracts declare.
enum EndpointKeys {
    static let all = Set(auth + users + targets + jobs + executions + schedules + events + notifications + audit)

    private static let auth = [
        AuthAPI.config.key, AuthAPI.setUp.key, AuthAPI.login.key, AuthAPI.refresh.key, AuthAPI.logout.key, AuthAPI.me.key,
        AuthAPI.changePassword.key, AuthAPI.redeem.key, AuthAPI.makeLink.key, AuthAPI.sessions.key, AuthAPI.revokeSession.key,
        AuthAPI.tokens.key, AuthAPI.makeToken.key, AuthAPI.revokeToken.key, AuthAPI.introspect.key, AuthAPI.endUser.key,
    ]
    private static let users = [
        UsersAPI.list.key, UsersAPI.create.key, UsersAPI.show.key, UsersAPI.update.key, UsersAPI.delete.key, UsersAPI.find.key,
        UsersAPI.createFirst.key,
    ]
    private static let targets = [
        TargetsAPI.list.key, TargetsAPI.create.key, TargetsAPI.show.key, TargetsAPI.update.key, TargetsAPI.delete.key,
        TargetsAPI.test.key, TargetsAPI.pinHostKey.key, TargetsAPI.unpinHostKey.key, TargetsAPI.tag.key,
        TargetsAPI.importTargets.key, TargetsAPI.export.key, TargetsAPI.vocabulary.key, TargetsAPI.groups.key,
        TargetsAPI.createGroup.key, TargetsAPI.updateGroup.key, TargetsAPI.deleteGroup.key, TargetsAPI.credentials.key,
        TargetsAPI.createCredential.key, TargetsAPI.updateCredential.key, TargetsAPI.deleteCredential.key, TargetsAPI.select.key,
        TargetsAPI.connections.key, TargetsAPI.reportHostKey.key,
        TargetsAPI.health.key, TargetsAPI.healthSummary.key, TargetsAPI.targetHealth.key, TargetsAPI.healthHistory.key,
        TargetsAPI.checkHealth.key, TargetsAPI.healthPolicies.key, TargetsAPI.createHealthPolicy.key,
        TargetsAPI.updateHealthPolicy.key, TargetsAPI.deleteHealthPolicy.key,
        TargetsAPI.discoveryRanges.key, TargetsAPI.discoveryRange.key, TargetsAPI.createDiscoveryRange.key,
        TargetsAPI.updateDiscoveryRange.key, TargetsAPI.deleteDiscoveryRange.key, TargetsAPI.discoveryScans.key,
        TargetsAPI.discoveryScan.key, TargetsAPI.startDiscoveryScan.key, TargetsAPI.cancelDiscoveryScan.key,
        TargetsAPI.discoveryFindings.key, TargetsAPI.ignoreFindings.key, TargetsAPI.importFindings.key,
    ]
    private static let schedules = [
        SchedulesAPI.news.key, SchedulesAPI.list.key, SchedulesAPI.create.key, SchedulesAPI.preview.key, SchedulesAPI.apply.key,
        SchedulesAPI.occurrences.key, SchedulesAPI.week.key, SchedulesAPI.show.key, SchedulesAPI.update.key, SchedulesAPI.delete.key,
        SchedulesAPI.pause.key, SchedulesAPI.resume.key, SchedulesAPI.calendars.key, SchedulesAPI.createCalendar.key,
        SchedulesAPI.calendar.key, SchedulesAPI.updateCalendar.key, SchedulesAPI.deleteCalendar.key, SchedulesAPI.rules.key,
        SchedulesAPI.createRule.key, SchedulesAPI.rule.key, SchedulesAPI.updateRule.key, SchedulesAPI.deleteRule.key,
        SchedulesAPI.alerts.key,
    ]
    private static let notifications = [
        NotificationsAPI.channels.key, NotificationsAPI.createChannel.key, NotificationsAPI.showChannel.key,
        NotificationsAPI.updateChannel.key, NotificationsAPI.deleteChannel.key, NotificationsAPI.testChannel.key,
        NotificationsAPI.mailServer.key, NotificationsAPI.saveMailServer.key, NotificationsAPI.deleteMailServer.key,
        NotificationsAPI.testMailServer.key, NotificationsAPI.routes.key, NotificationsAPI.createRoute.key,
        NotificationsAPI.showRoute.key, NotificationsAPI.updateRoute.key, NotificationsAPI.deleteRoute.key,
        NotificationsAPI.preview.key, NotificationsAPI.vocabulary.key, NotificationsAPI.deliveries.key,
        NotificationsAPI.showDelivery.key, NotificationsAPI.sendAgain.key, NotificationsAPI.alerts.key,
        NotificationsAPI.showAlert.key, NotificationsAPI.acknowledge.key, NotificationsAPI.resolve.key,
        NotificationsAPI.news.key,
    ]
    private static let events = [
        SchedulesAPI.webhooks.key, SchedulesAPI.createWebhook.key, SchedulesAPI.tryWebhook.key, SchedulesAPI.webhook.key,
        SchedulesAPI.updateWebhook.key, SchedulesAPI.deleteWebhook.key, SchedulesAPI.rotateWebhook.key, SchedulesAPI.deliveries.key,
        SchedulesAPI.delivery.key, SchedulesAPI.redeliver.key, SchedulesAPI.receive.key, SchedulesAPI.eventRules.key,
        SchedulesAPI.createEventRule.key, SchedulesAPI.applyEventRules.key, SchedulesAPI.ruleFirings.key, SchedulesAPI.eventRule.key,
        SchedulesAPI.updateEventRule.key, SchedulesAPI.deleteEventRule.key,
    ]
    private static let audit = [
        AuditAPI.news.key, AuditAPI.list.key, AuditAPI.show.key, AuditAPI.export.key, AuditAPI.chains.key, AuditAPI.heads.key,
        AuditAPI.keys.key, AuditAPI.verify.key, AuditAPI.evidence.key,
    ]
    private static let jobs = [
        JobsAPI.list.key, JobsAPI.create.key, JobsAPI.show.key, JobsAPI.update.key, JobsAPI.delete.key, JobsAPI.versions.key,
        JobsAPI.version.key, JobsAPI.check.key, JobsAPI.apply.key, JobsAPI.run.key, JobsAPI.plan.key, JobsAPI.launch.key,
        JobsAPI.checkLaunch.key, JobsAPI.usualTargets.key,
    ]
    private static let executions = [
        ExecutionsAPI.list.key, ExecutionsAPI.runCommand.key, ExecutionsAPI.show.key, ExecutionsAPI.branches.key,
        ExecutionsAPI.feed.key, ExecutionsAPI.log.key, ExecutionsAPI.cancel.key, ExecutionsAPI.close.key, ExecutionsAPI.rerun.key,
        ExecutionsAPI.start.key, ExecutionsAPI.startMany.key, ExecutionsAPI.begun.key, ExecutionsAPI.probe.key, ExecutionsAPI.lease.key,
        ExecutionsAPI.heartbeat.key,
        ExecutionsAPI.report.key, ExecutionsAPI.pause.key, ExecutionsAPI.proceed.key, ExecutionsAPI.why.key, ExecutionsAPI.queue.key,
        ExecutionsAPI.workers.key, ExecutionsAPI.approvals.key, ExecutionsAPI.decide.key, ExecutionsAPI.approvalPlan.key,
        ExecutionsAPI.showGuard.key, ExecutionsAPI.saveGuard.key,
        ExecutionsAPI.plan.key, ExecutionsAPI.runErrand.key, ExecutionsAPI.cancelErrand.key, ExecutionsAPI.leaseErrand.key,
        ExecutionsAPI.errandHeartbeat.key, ExecutionsAPI.reportErrand.key,
        ExecutionsAPI.find.key,
        ExecutionsAPI.targets.key,
        ExecutionsAPI.outputs.key, ExecutionsAPI.comparison.key, ExecutionsAPI.difference.key,
        ExecutionsAPI.search.key, ExecutionsAPI.searchAll.key, ExecutionsAPI.lines.key, ExecutionsAPI.storage.key,
        ExecutionsAPI.retention.key, ExecutionsAPI.setRetention.key, ExecutionsAPI.keep.key, ExecutionsAPI.evidence.key,
        ExecutionsAPI.evidenceLog.key,
    ]
}
