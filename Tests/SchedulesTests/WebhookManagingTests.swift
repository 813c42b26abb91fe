import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Managing webhooks")
struct WebhookManagingTests {
    @Test("a secret is told once, and never shown again")
    func secretOnce() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let made = try await house.call(SchedulesAPI.createWebhook, [:], SaveWebhook(definition: .deploy()))
        let secret = try #require(made.secret)
        #expect(secret.utf8.count == 43)
        #expect(try await house.send(made.webhook.id.text, house.signed(#"{"branch":"main"}"#, secret: secret)).status == 202)
        #expect(made.webhook.path == "/api/schedules/hooks/\(made.webhook.id.text)")
        let shown = try await house.call(SchedulesAPI.webhook, ["webhook": "DEPLOY"], Nothing())
        #expect(shown.definition == made.webhook.definition && shown.last?.state == .started)
        let problem = try await house.problem {
            _ = try await house.call(
                SchedulesAPI.updateWebhook, ["webhook": "deploy"], SaveWebhook(definition: .deploy(), secret: Secret(secret)))
        }
        #expect(problem.errors?.map(\.pointer) == ["#/secret"])
    }

    @Test("all mistakes are told at once, each with its place")
    func mistakes() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let definition = WebhookDefinition(
            name: "Bad", job: "deploy", format: .github, signatureHeader: "X-Sign", deliveryId: "id", filter: "boddy.x == 1",
            run: TriggeredRun(
                parameters: [
                    "brunch": MappedValue(from: "body.branch"), "count": MappedValue(value: "five"), "force": MappedValue(),
                    "stage": MappedValue(from: "event.x"), "token": MappedValue(value: "secret"), "branch": MappedValue(from: "body.["),
                ]),
            masks: ["password", "body["])
        let problem = try await house.problem { _ = try await house.webhook(definition) }
        #expect(problem.status == 422)
        #expect(
            Set(problem.errors?.compactMap(\.pointer) ?? [])
                == [
                    "#/definition/signature_header", "#/definition/delivery_id", "#/definition/filter", "#/definition/masks/0",
                    "#/definition/masks/1", "#/definition/run/parameters/brunch", "#/definition/run/parameters/count/value",
                    "#/definition/run/parameters/force", "#/definition/run/parameters/stage/from",
                    "#/definition/run/parameters/token/value",
                    "#/definition/run/parameters/branch/from",
                ])
        #expect(problem.errors?.contains { $0.detail.contains("did you mean branch?") } == true)
        let noJob = try await house.problem { _ = try await house.webhook(.deploy { $0.job = "nothing" }) }
        #expect(noJob.errors?.map(\.pointer) == ["#/definition/job"])
        let noFilter = try await house.problem { _ = try await house.webhook(.deploy { $0.run?.targets = "tag =" }) }
        #expect(noFilter.errors?.map(\.pointer) == ["#/definition/run/targets"])
        let unmapped = try await house.problem { _ = try await house.webhook(.deploy { $0.run = nil }) }
        #expect(unmapped.errors?.first?.detail.contains("branch is required") == true)
        let weak = try await house.problem { _ = try await house.webhook(.deploy(), secret: "weak") }
        #expect(weak.errors?.map(\.pointer) == ["#/secret"])
        let rows = try await house.database.query("-- test.count\nSELECT id FROM webhooks")
        #expect(rows.isEmpty)
    }

    @Test("names are unique, revisions are minded, and each change is noted with how it was")
    func changes() async throws {
        let house = try await EventsHouse()
        let job = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        #expect(webhook.job == ScheduledJob(id: job.id, serial: job.serial, name: "deploy"))
        #expect(try await house.problem { _ = try await house.webhook(.deploy { $0.name = "DEPLOY" }) }.status == 409)
        let other = try await house.webhook(.deploy { $0.name = "other" })
        #expect(other.serial == "W20260002")
        let path = ["webhook": webhook.id.text]
        let next = try await house.call(
            SchedulesAPI.updateWebhook, path,
            SaveWebhook(
                definition: .deploy {
                    $0.job = job.serial; $0.description = "new"
                }, revision: 1))
        #expect(next.revision == 2 && next.definition.job == "deploy")
        let same = try await house.call(SchedulesAPI.updateWebhook, path, SaveWebhook(definition: .deploy { $0.description = "new" }))
        #expect(same.revision == 2)
        let stale = try await house.problem {
            _ = try await house.call(SchedulesAPI.updateWebhook, path, SaveWebhook(definition: .deploy(), revision: 1))
        }
        #expect(stale.status == 412)
        let page = try await house.call(SchedulesAPI.webhooks, [:], PageQuery(limit: 1))
        #expect(page.items.map(\.definition.name) == ["Deploy"] && page.total == 2)
        let rest = try await house.call(SchedulesAPI.webhooks, [:], PageQuery(cursor: page.nextCursor))
        #expect(rest.items.map(\.definition.name) == ["other"] && rest.nextCursor == nil)
        _ = try await house.call(SchedulesAPI.deleteWebhook, path, Nothing())
        #expect(try await house.problem { _ = try await house.call(SchedulesAPI.webhook, path, Nothing()) }.status == 404)
        let notes = try await NewsDesk.lying(in: house.database, for: "audit")
        #expect(notes.map(\.kind) == ["webhook.created", "webhook.created", "webhook.updated", "webhook.deleted"])
        let updated = try JSONDecoder().decode(AuditNote.self, from: Data(notes[2].payload.utf8))
        #expect(updated.origin.caller.name == "anna" && updated.object.name == webhook.serial)
        #expect(updated.before != updated.after)
    }

    @Test("whoever may only look changes nothing")
    func permissions() async throws {
        let house = try await EventsHouse()
        _ = try await house.deploy()
        let webhook = try await house.webhook(.deploy())
        let vera = Caller.user(UserID.sample, name: "vera", role: .viewer)
        #expect(try await house.call(SchedulesAPI.webhook, ["webhook": webhook.serial], Nothing(), as: vera).id == webhook.id)
        for work in [
            { _ = try await house.call(SchedulesAPI.createWebhook, [:], SaveWebhook(definition: .deploy()), as: vera) },
            { _ = try await house.call(SchedulesAPI.rotateWebhook, ["webhook": webhook.serial], RotateWebhook(), as: vera) },
            { _ = try await house.call(SchedulesAPI.deleteWebhook, ["webhook": webhook.serial], Nothing(), as: vera) },
        ] as [() async throws -> Void] {
            #expect(try await house.problem(work).status == 403)
        }
        // A token that may not run jobs may not have them run either.
        let token = Caller.user(UserID.sample, name: "anna", role: .administrator, scope: [.webhooksWrite, .schedulesWrite, .jobsRead])
        for work in [
            { _ = try await house.call(SchedulesAPI.createWebhook, [:], SaveWebhook(definition: .deploy()), as: token) },
            {
                _ = try await house.call(
                    SchedulesAPI.updateWebhook, ["webhook": webhook.serial], SaveWebhook(definition: .deploy()), as: token)
            },
            {
                let rule = EventRuleDefinition(name: "r", on: RuleEvent(execution: ExecutionEnds()), job: "deploy")
                _ = try await house.call(SchedulesAPI.createEventRule, [:], SaveEventRule(definition: rule), as: token)
            },
        ] as [() async throws -> Void] {
            #expect(try await house.problem(work).detail.contains("jobs.run"))
        }
    }
}
