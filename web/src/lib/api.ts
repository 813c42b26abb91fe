// The one place that names the generated client, so that screens read `api.targets.list(...)`.
import * as wire from '../api.gen';
import { during, requestLines } from '../http';

export * from '../api.gen';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string;
  total?: number;
}

/** What a call can be told besides its input. */
export interface CallOptions {
  signal?: AbortSignal;
  /** One key starts one run, however often the request is sent. */
  idempotencyKey?: string;
}

/** A list endpoint after its filter is fixed: the next page after a cursor. */
export type PageLoader<T> = (cursor: string | undefined, options: CallOptions) => Promise<Page<T>>;

function plain<I, R>(call: (input: I) => Promise<R>): (input: I, options?: CallOptions) => Promise<R> {
  return (input, options) => during(options?.signal, () => call(input));
}

function named<N extends string, I, R>(
  name: N,
  call: (path: Record<N, string>, input: I) => Promise<R>,
): (of: string, input: I, options?: CallOptions) => Promise<R> {
  return (of, input, options) => during(options?.signal, () => call({ [name]: of } as Record<N, string>, input));
}

function bare<N extends string, R>(
  name: N,
  call: (path: Record<N, string>) => Promise<R>,
): (of: string, options?: CallOptions) => Promise<R> {
  return (of, options) => during(options?.signal, () => call({ [name]: of } as Record<N, string>));
}

/** Every endpoint that the app uses, by service. */
export const api = {
  auth: {
    config: (options?: CallOptions) => during(options?.signal, () => wire.getConfig()),
    me: (options?: CallOptions) => during(options?.signal, () => wire.getAuthMe()),
    logout: () => wire.authLogout(),
    setUp: plain(wire.authSetup),
    login: plain(wire.authLogin),
    changePassword: plain(wire.authPassword),
    redeem: plain(wire.authRedeem),
    makeLink: plain(wire.authLinks),
    sessions: plain(wire.listAuthSessions),
    revokeSession: bare('session', wire.deleteAuthSession),
    tokens: plain(wire.listAuthTokens),
    makeToken: plain(wire.createAuthToken),
    revokeToken: bare('token', wire.deleteAuthToken),
  },
  users: {
    list: plain(wire.listUsers),
    create: plain(wire.createUser),
    update: named('user', wire.updateUser),
    delete: bare('user', wire.deleteUser),
  },
  targets: {
    list: plain(wire.listTargets),
    create: plain(wire.createTarget),
    show: bare('target', wire.getTarget),
    update: named('target', wire.updateTarget),
    delete: bare('target', wire.deleteTarget),
    test: named('target', wire.targetTest),
    pin: named('target', wire.createTargetFingerprint),
    unpin: (target: string, fingerprint: string) => wire.deleteTargetFingerprint({ target, fingerprint }),
    tag: plain(wire.targetsTags),
    import: plain(wire.targetsImport),
    exportAddress: wire.getTargetsExportUrl,
    vocabulary: (options?: CallOptions) => during(options?.signal, () => wire.getTargetsVocabulary()),
    health: plain(wire.listTargetsHealth),
    healthSummary: (options?: CallOptions) => during(options?.signal, () => wire.getTargetsHealthSummary()),
    healthOf: bare('target', wire.getTargetHealth),
    healthHistory: named('target', wire.getTargetHealthHistory),
    checkHealth: bare('target', wire.targetHealthCheck),
    healthPolicies: (options?: CallOptions) => during(options?.signal, () => wire.getTargetsHealthPolicies()),
    createHealthPolicy: plain(wire.createTargetsHealthPolicy),
    updateHealthPolicy: named('policy', wire.updateTargetsHealthPolicy),
    deleteHealthPolicy: bare('policy', wire.deleteTargetsHealthPolicy),
    groups: plain(wire.listTargetsGroups),
    createGroup: plain(wire.createTargetsGroup),
    updateGroup: named('group', wire.updateTargetsGroup),
    deleteGroup: bare('group', wire.deleteTargetsGroup),
    credentials: plain(wire.listTargetsCredentials),
    createCredential: plain(wire.createTargetsCredential),
    updateCredential: named('credential', wire.updateTargetsCredential),
    deleteCredential: bare('credential', wire.deleteTargetsCredential),
  },
  discovery: {
    ranges: plain(wire.listTargetsDiscoveryRanges),
    createRange: plain(wire.createTargetsDiscoveryRange),
    updateRange: named('range', wire.updateTargetsDiscoveryRange),
    deleteRange: bare('range', wire.deleteTargetsDiscoveryRange),
    scans: plain(wire.listTargetsDiscoveryScans),
    start: plain(wire.createTargetsDiscoveryScan),
    cancel: bare('scan', wire.targetsDiscoveryScanCancel),
    findings: plain(wire.listTargetsDiscoveryFindings),
    ignore: plain(wire.targetsDiscoveryFindingsIgnore),
    import: plain(wire.targetsDiscoveryImport),
  },
  jobs: {
    list: plain(wire.listJobs),
    create: plain(wire.createJob),
    show: bare('job', wire.getJob),
    update: named('job', wire.updateJob),
    delete: bare('job', wire.deleteJob),
    versions: named('job', wire.listJobVersions),
    check: plain(wire.jobsCheck),
    plan: named('job', wire.jobPlan),
    run: (job: string, input: wire.RunJob, options: CallOptions) => wire.jobRun({ job }, input, options.idempotencyKey),
  },
  executions: {
    list: plain(wire.listExecutions),
    show: bare('execution', wire.getExecution),
    command: (input: wire.RunCommand, options: CallOptions) => wire.createExecution(input, options.idempotencyKey),
    pause: named('execution', wire.executionPause),
    proceed: bare('execution', wire.executionContinue),
    why: named('execution', wire.getExecutionWhy),
    queue: plain(wire.listExecutionsQueue),
    workers: plain(wire.listExecutionsWorkers),
    approvals: plain(wire.listExecutionsApprovals),
    guard: (options?: CallOptions) => during(options?.signal, () => wire.getExecutionsGuard()),
    saveGuard: plain(wire.updateExecutionsGuard),
    approvalPlan: (execution: string, step: number, options?: CallOptions) =>
      during(options?.signal, () => wire.getExecutionStep({ execution, step: String(step) })),
    decide: (execution: string, step: number, input: wire.DecideApproval) =>
      wire.changeExecutionStep({ execution, step: String(step) }, input),
    branches: named('execution', wire.listExecutionBranches),
    feed: named('execution', wire.getExecutionFeed),
    logAddress: (execution: string, input: wire.LogQuery) => wire.getExecutionLogUrl({ execution }, input),
    lines: named('execution', wire.getExecutionLines),
    keep: named('execution', wire.executionKeep),
    storage: (options?: CallOptions) => during(options?.signal, () => wire.getExecutionsStorage()),
    retention: (options?: CallOptions) => during(options?.signal, () => wire.getExecutionsRetention()),
    setRetention: plain(wire.updateExecutionsRetention),
    search: named('execution', wire.getExecutionSearch),
    searchAll: plain(wire.getExecutionsSearch),
    outputs: named('execution', wire.getExecutionOutputs),
    comparison: named('execution', wire.getExecutionComparison),
    difference: named('execution', wire.getExecutionDifference),
    cancel: named('execution', wire.executionCancel),
    close: named('execution', wire.executionClose),
    rerun: named('execution', wire.executionRerun),
  },
  schedules: {
    list: plain(wire.listSchedules),
    create: plain(wire.createSchedule),
    show: bare('schedule', wire.getSchedule),
    update: named('schedule', wire.updateSchedule),
    delete: bare('schedule', wire.deleteSchedule),
    pause: named('schedule', wire.schedulePause),
    resume: bare('schedule', wire.scheduleResume),
    preview: plain(wire.schedulesPreview),
    occurrences: plain(wire.listSchedulesOccurrences),
    week: plain(wire.getSchedulesWeek),
    calendars: plain(wire.listSchedulesCalendars),
    calendar: bare('calendar', wire.getSchedulesCalendar),
    createCalendar: plain(wire.createSchedulesCalendar),
    updateCalendar: named('calendar', wire.updateSchedulesCalendar),
    deleteCalendar: bare('calendar', wire.deleteSchedulesCalendar),
    rules: plain(wire.listSchedulesDeadManRules),
    createRule: plain(wire.createSchedulesRule),
    updateRule: named('rule', wire.updateSchedulesRule),
    deleteRule: bare('rule', wire.deleteSchedulesRule),
    alerts: plain(wire.listSchedulesAlerts),
    webhooks: plain(wire.listSchedulesWebhooks),
    webhook: bare('webhook', wire.getSchedulesWebhook),
    createWebhook: plain(wire.createSchedulesWebhook),
    updateWebhook: named('webhook', wire.updateSchedulesWebhook),
    deleteWebhook: bare('webhook', wire.deleteSchedulesWebhook),
    rotateWebhook: named('webhook', wire.schedulesWebhookRotate),
    tryWebhook: plain(wire.schedulesWebhooksDryRun),
    deliveries: named('webhook', wire.listSchedulesWebhookDeliveries),
    delivery: (webhook: string, delivery: string, options?: CallOptions) =>
      during(options?.signal, () => wire.getSchedulesWebhookDelivery({ webhook, delivery })),
    redeliver: (webhook: string, delivery: string) => wire.schedulesWebhookDeliveryRedeliver({ webhook, delivery }),
    eventRules: plain(wire.listSchedulesEventRules),
    eventRule: bare('event_rule', wire.getSchedulesEventRule),
    createEventRule: plain(wire.createSchedulesEventRule),
    updateEventRule: named('event_rule', wire.updateSchedulesEventRule),
    deleteEventRule: bare('event_rule', wire.deleteSchedulesEventRule),
    firings: plain(wire.listSchedulesEventRulesFirings),
  },
  audit: {
    list: plain(wire.listAudit),
    show: bare('entry', wire.getEntry),
    exportAddress: wire.getAuditExportUrl,
    chains: (options?: CallOptions) => during(options?.signal, () => wire.getAuditChains()),
    heads: plain(wire.listAuditHeads),
    keys: (options?: CallOptions) => during(options?.signal, () => wire.getAuditKeys()),
    /** Tells every line of the answer as soon as it is there. */
    verify: (input: wire.VerifyAudit, options: CallOptions, tell: (progress: wire.AuditProgress) => void) =>
      during(options.signal, () => requestLines('POST', '/api/audit/verify', { body: input }, tell)),
    evidenceAddress: (execution: string, input: wire.AskEvidence) => wire.getAuditExecutionUrl({ execution }, input),
  },
  notifications: {
    alerts: plain(wire.listNotificationsAlerts),
    alert: bare('alert', wire.getNotificationsAlert),
    acknowledge: named('alert', wire.notificationsAlertAcknowledge),
    resolve: named('alert', wire.notificationsAlertResolve),
    routes: plain(wire.listNotificationsRoutes),
    route: bare('route', wire.getNotificationsRoute),
    createRoute: plain(wire.createNotificationsRoute),
    updateRoute: named('route', wire.updateNotificationsRoute),
    deleteRoute: bare('route', wire.deleteNotificationsRoute),
    preview: plain(wire.notificationsPreview),
    vocabulary: (options?: CallOptions) => during(options?.signal, () => wire.getNotificationsVocabulary()),
    channels: plain(wire.listNotificationsChannels),
    createChannel: plain(wire.createNotificationsChannel),
    updateChannel: named('channel', wire.updateNotificationsChannel),
    deleteChannel: bare('channel', wire.deleteNotificationsChannel),
    testChannel: bare('channel', wire.notificationsChannelTest),
    mailServer: (options?: CallOptions) => during(options?.signal, () => wire.getNotificationsMailServer()),
    saveMailServer: plain(wire.updateNotificationsMailServer),
    deleteMailServer: () => wire.deleteNotificationsMailServer(),
    testMailServer: plain(wire.notificationsMailServerTest),
    deliveries: plain(wire.listNotificationsDeliveries),
    delivery: bare('delivery', wire.getNotificationsDelivery),
    sendAgain: bare('delivery', wire.notificationsDeliverySendAgain),
  },
};
