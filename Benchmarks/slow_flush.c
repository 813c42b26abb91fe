/* Preloaded into a database server, it makes each flush of its log take longer by as many milliseconds as FLUSH_MILLISECONDS says: a disk as
   servers in the cloud have it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int (*real_flush)(int);
static struct timespec pause_time;

__attribute__((constructor)) static void begin(void) {
    real_flush = dlsym(RTLD_NEXT, "fdatasync");
    const char *text = getenv("FLUSH_MILLISECONDS");
    if (!real_flush || !text) abort();
    pause_time.tv_nsec = atol(text) * 1000000;
}

int fdatasync(int file) {
    int result = real_flush(file);
    nanosleep(&pause_time, NULL);
    return result;
}
