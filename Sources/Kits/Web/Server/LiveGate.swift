import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Vocabulary

extension WebGate {
    /// Decides about a WebSocket handshake: the same path table, origin rule, identity and permission as for other requests.
    func admit(_ head: HTTPRequestHead, channel: any Channel) async -> Result<Admission, Decision.Refusal> {
        guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else {
            return .failure(Decision.Refusal(response: Response(status: .badRequest)))
        }
        let visit = visit(request, peer: channel.remoteAddress?.ipAddress)
        do {
            guard let (entry, _) = table.find(visit.path), let socket = entry.socket else {
                throw Problem.notFound("WebSocket at this path")
            }
            guard visit.headers[.secWebSocketVersion] == "13", visit.headers[.secWebSocketKey] != nil else {
                throw Refusal.upgradeRequired
            }
            let caller = try await enter(visit, needs: socket.permission, isUpgrade: true)
            logger.debug("websocket opens", metadata: ["request_id": "\(visit.requestId)", "path": "\(visit.path)"])
            return .success(
                Admission(route: socket, caller: caller, credentials: visit.credentials.again, requestId: visit.requestId))
        } catch {
            let answer = failure(error, visit)
            logger.info(
                "websocket refused",
                metadata: ["request_id": "\(visit.requestId)", "path": "\(visit.path)", "status": "\(answer.status)"])
            return .failure(Decision.Refusal(response: response(answer, visit)))
        }
    }

    /// Looks again and again who is at the other end of a WebSocket, and closes it when that is nobody any more, may not be here, or may do
    /// something else than at the beginning. When that cannot be found out the connection stays until the next look.
    func recheck(_ connection: LiveConnection, _ admission: Admission, clock: any WallClock) async {
        while (try? await clock.sleep(for: settings.recheckInterval)) != nil {
            do {
                let permission = admission.route.permission
                let caller = try await identify(admission.credentials, permission)
                try Permit.check(caller, permission)
                guard caller != admission.caller else { continue }
                return end(connection, admission, LiveFarewell.callerChanged)
            } catch let error as any ProblemConvertible where [401, 403].contains(error.problem.status) {
                return end(connection, admission, error.problem.slug)
            } catch {
                logger.debug("websocket not rechecked", metadata: ["request_id": "\(admission.requestId)", "error": "\(error)"])
            }
        }
    }

    private func end(_ connection: LiveConnection, _ admission: Admission, _ reason: String) {
        logger.info("websocket ended", metadata: ["request_id": "\(admission.requestId)", "reason": "\(reason)"])
        connection.beginClose(1008, reason)
    }

    /// Runs a WebSocket's handler and closes the connection afterwards.
    func serve(_ connection: LiveConnection, _ admission: Admission) async {
        do {
            let origin = Origin(
                caller: admission.caller, address: admission.credentials.address, userAgent: admission.credentials.userAgent,
                requestId: admission.requestId)
            try await CurrentRequest.$id.withValue(admission.requestId) {
                try await Origin.$current.withValue(origin) {
                    try await admission.route.handler(connection, admission.caller)
                }
            }
            connection.beginClose(1000, "")
        } catch is LiveClosed {
            connection.beginClose(1000, "")
        } catch is CancellationError {
            connection.beginClose(1001, "")
        } catch let error as any ProblemConvertible {
            connection.beginClose(error.problem.status < 500 ? 1008 : 1011, error.problem.detail)
        } catch {
            logger.error("websocket failed", metadata: ["request_id": "\(admission.requestId)", "error": "\(String(reflecting: error))"])
            connection.beginClose(1011, "something went wrong on our side")
        }
    }
}
