import Vocabulary

/// The endpoints of the Jobs service: versioned descriptions of work.
package enum JobsAPI {
    /// Jobs by name.
    package static let list = Endpoint<JobQuery, Page<JobSummary>>(.get, "/api/jobs", needs: .jobsRead, "Lists jobs by name")
    /// Adds a job.
    package static let create = Endpoint<SaveJob, Job>(.post, "/api/jobs", answers: .created, needs: .jobsWrite, "Adds a job")
    /// One job by id, serial or name, with its current version.
    package static let show = Endpoint<Nothing, Job>(.get, "/api/jobs/{job}", needs: .jobsRead, "Shows a job")
    /// Saves a new version; saving what is already there makes none.
    package static let update = Endpoint<SaveJob, Job>(
        .put, "/api/jobs/{job}", needs: .jobsWrite, "Saves a new version of a job")
    /// Deletes a job; its runs stay.
    package static let delete = Endpoint<Nothing, Nothing>(
        .delete, "/api/jobs/{job}", answers: .noContent, needs: .jobsWrite, "Deletes a job; its runs stay")
    /// The versions of a job, newest first.
    package static let versions = Endpoint<PageQuery, Page<JobVersion>>(
        .get, "/api/jobs/{job}/versions", needs: .jobsRead, "Lists the versions of a job, newest first")
    /// One version of a job.
    package static let version = Endpoint<Nothing, JobVersion>(
        .get, "/api/jobs/{job}/versions/{version}", needs: .jobsRead, "Shows one version of a job")
    /// Checks a definition and translates between YAML and form without saving.
    package static let check = Endpoint<CheckJob, JobCheck>(
        .post, "/api/jobs/check", needs: .jobsRead, "Checks a definition without saving, all errors with line and column")
    /// Creates or updates jobs by name from YAML documents; the same documents again change nothing.
    package static let apply = Endpoint<ApplyJobs, ApplyReceipt>(
        .post, "/api/jobs/apply", needs: .jobsWrite, "Creates or updates jobs by name, all or nothing")
    /// What a run would do, on which targets, and what would stand in its way, without doing it.
    package static let plan = Endpoint<RunJob, JobPlan>(
        .post, "/api/jobs/{job}/plan", needs: .jobsRun, "Shows what a run would do, without doing it")
    /// Starts one execution of the job's current version. One `Idempotency-Key` starts one execution.
    package static let run = Endpoint<RunJob, RunReceipt>(
        .post, "/api/jobs/{job}/run", answers: .accepted, needs: .jobsRun, "Starts one execution of the job's current version")

    /// Starts runs on behalf of people who are not there, for Schedules; each by itself, so that some may be refused.
    package static let launch = Endpoint<LaunchJobs, LaunchReceipt>(
        .post, "/api/jobs/internal/launch", needs: .service, repeatable: true, "Starts runs on behalf of their owners")
    /// Checks what a job is to be launched with later, for Schedules.
    package static let checkLaunch = Endpoint<CheckLaunch, LaunchCheck>(
        .post, "/api/jobs/internal/check", needs: .service, repeatable: true, "Checks what a job is to be launched with")
    /// On which targets a job usually runs, and what it asks for, for Schedules.
    package static let usualTargets = Endpoint<AskUsualTargets, UsualTargets>(
        .post, "/api/jobs/internal/targets", needs: .service, repeatable: true,
        "Says on which targets a job usually runs, and what it asks for")
}
