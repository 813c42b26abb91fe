import Testing
import Vocabulary

@Suite("Caller")
struct CallerTests {
    private func user(_ role: Role, scope: Set<Permission>? = nil) -> Caller {
        .user(.sample, name: "ann", role: role, scope: scope)
    }

    @Test("a role grants exactly what it lists, plus what every signed-in user has", arguments: Role.allCases)
    func roles(role: Role) {
        for permission in Permission.allCases {
            let expected = role.grants.contains(permission) || permission == .anyone || permission == .signedIn
            #expect(user(role).holds(permission) == expected, "\(permission)")
        }
        #expect(user(role).permissions == Permission.grantable.filter(role.grants.contains))
    }

    @Test("an administrator may everything that can be granted, a viewer changes nothing")
    func extremes() {
        #expect(user(.administrator).permissions == Permission.grantable)
        #expect(
            user(.viewer).permissions
                == [.targetsRead, .discoveryRead, .jobsRead, .executionsRead, .schedulesRead, .webhooksRead, .notificationsRead])
        #expect(!user(.operator).holds(.credentialsWrite) && !user(.operator).holds(.hostKeysPin) && !user(.operator).holds(.usersRead))
    }

    @Test("a scope cuts down and never adds")
    func scopes() {
        let scoped = user(.viewer, scope: [.jobsRead, .jobsWrite])

        #expect(scoped.permissions == [.jobsRead])
        #expect(user(.administrator, scope: []).permissions.isEmpty)
    }

    @Test("whoever is no user holds no user's permission")
    func others() {
        for caller in [Caller.anonymous, .worker("w"), .service("jobs")] {
            #expect(caller.holds(.anyone) && !caller.holds(.signedIn) && caller.permissions.isEmpty)
        }
        #expect(Caller.worker("w").holds(.worker) && !Caller.worker("w").holds(.service))
        #expect(Caller.service("jobs").holds(.worker) && Caller.service("jobs").holds(.service))
        #expect(!Caller.anonymous.holds(.worker) && !user(.administrator).holds(.worker) && !user(.administrator).holds(.service))
    }
}
