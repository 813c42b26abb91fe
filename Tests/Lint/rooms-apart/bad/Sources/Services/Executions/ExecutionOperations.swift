@testable import struct Jobs.Job
