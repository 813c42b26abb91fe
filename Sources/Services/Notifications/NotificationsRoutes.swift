import Contracts
import Vocabulary
import Web

/// Which endpoint is which operation.
struct NotificationsRoutes {
    let room: NotificationsRoom

    func add(to routes: inout Routes) {
        addChannels(to: &routes)
        addRoutes(to: &routes)
        addLog(to: &routes)
    }

    private func addChannels(to routes: inout Routes) {
        let (channels, server) = (ChannelOperations(room: room), MailServerOperations(room: room))
        routes.serve(NotificationsAPI.channels) { call in try await channels.list(call.body) }
        routes.serve(NotificationsAPI.createChannel) { call in try await channels.create(call.body) }
        routes.serve(NotificationsAPI.showChannel) { call in try await channels.show(try call.parameter("channel")) }
        routes.serve(NotificationsAPI.updateChannel) { call in try await channels.update(try call.parameter("channel"), to: call.body) }
        routes.serve(NotificationsAPI.deleteChannel) { call in
            try await channels.delete(try call.parameter("channel"))
            return Nothing()
        }
        routes.serve(NotificationsAPI.testChannel) { call in try await channels.test(try call.parameter("channel"), by: call.caller) }
        routes.serve(NotificationsAPI.mailServer) { _ in try await server.show() }
        routes.serve(NotificationsAPI.saveMailServer) { call in try await server.save(call.body, by: call.caller) }
        routes.serve(NotificationsAPI.deleteMailServer) { _ in
            try await server.delete()
            return Nothing()
        }
        routes.serve(NotificationsAPI.testMailServer) { call in try await server.test(call.body, by: call.caller) }
    }

    private func addRoutes(to routes: inout Routes) {
        let (operations, previews) = (RouteOperations(room: room), PreviewOperations(room: room))
        routes.serve(NotificationsAPI.routes) { call in try await operations.list(call.body) }
        routes.serve(NotificationsAPI.createRoute) { call in try await operations.create(call.body) }
        routes.serve(NotificationsAPI.showRoute) { call in try await operations.show(try call.parameter("route")) }
        routes.serve(NotificationsAPI.updateRoute) { call in try await operations.update(try call.parameter("route"), to: call.body) }
        routes.serve(NotificationsAPI.deleteRoute) { call in
            try await operations.delete(try call.parameter("route"))
            return Nothing()
        }
        routes.serve(NotificationsAPI.preview) { call in try await previews.preview(call.body, by: call.caller) }
        routes.serve(NotificationsAPI.vocabulary) { _ in previews.vocabulary() }
    }

    private func addLog(to routes: inout Routes) {
        let (deliveries, alerts, intake) = (DeliveryOperations(room: room), AlertOperations(room: room), IntakeOperations(room: room))
        routes.serve(NotificationsAPI.deliveries) { call in try await deliveries.list(call.body) }
        routes.serve(NotificationsAPI.showDelivery) { call in try await deliveries.show(try call.parameter("delivery")) }
        routes.serve(NotificationsAPI.sendAgain) { call in try await deliveries.sendAgain(try call.parameter("delivery")) }
        routes.serve(NotificationsAPI.alerts) { call in try await alerts.list(call.body) }
        routes.serve(NotificationsAPI.showAlert) { call in try await alerts.show(try call.parameter("alert")) }
        routes.serve(NotificationsAPI.acknowledge) { call in
            try await alerts.acknowledge(try call.parameter("alert"), call.body, by: call.caller)
        }
        routes.serve(NotificationsAPI.resolve) { call in try await alerts.resolve(try call.parameter("alert"), call.body, by: call.caller) }
        routes.serve(NotificationsAPI.news) { call in
            try await intake.take(call.body)
            return Nothing()
        }
    }
}
