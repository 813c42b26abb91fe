import CEpoll

/// How the C library's allocator serves this process.
enum ProcessMemory {
    /// Two arenas instead of eight for each core, because every one keeps its own free memory; they grow by 512 KiB at a time.
    /// Called before the threads start.
    static func settle() {
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TOP_PAD, 512 << 10)
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
    }
}
