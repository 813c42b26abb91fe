import ArgumentParser
import Conductor

/// The command line of the product.
@main
struct OpsConductor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opsconductor", abstract: "Describe systems and work, run it, watch it live, and see what happened.",
        version: Version.text,
        subcommands: [
            Serve.self, CheckConfig.self, Migrate.self, Health.self, CreateKey.self, CreateWorkerKey.self, ConsoleToken.self, APITypes.self,
            OpenAPIDocument.self, LoginCommand.self,
            LogoutCommand.self, WhoAmICommand.self, TargetCommand.self, DiscoveryCommand.self, GroupCommand.self, CredentialCommand.self,
            JobCommand.self,
            ExecutionCommand.self, LogsCommand.self, ApprovalCommand.self, GuardCommand.self, QueueCommand.self, WorkerCommand.self,
            RunCommandLine.self, ScheduleCommand.self, CalendarCommand.self, WebhookCommand.self, RuleCommand.self, ChannelCommand.self,
            MailServerCommand.self, NotificationCommand.self, AlertCommand.self, AuditCommand.self, StorageCommand.self,
            RetentionCommand.self,
            UserCommand.self, TokenCommand.self,
        ])
}
