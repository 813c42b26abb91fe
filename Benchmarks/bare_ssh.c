/* The least that an SSH client on libssh can cost: one thread, nothing decided, nothing stored, every answer checked. What it reaches is
 * what sshd and libssh leave room for on this machine, whoever asks.
 *
 *   bare_ssh HOSTS-FILE COUNT PORT PARALLEL KEY HOST-KEY-BLOB ROUNDS
 *
 * Runs `echo hello` on the first COUNT hosts, PARALLEL at once, then ROUNDS times more over the open connections.
 * Prints one line per round: "NAME good COUNT wall SECONDS cpu SECONDS". */
#include <arpa/inet.h>
#include <libssh/libssh.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MOST_HOSTS = 1000, EVENTS = 64 };
enum stage { KEY_EXCHANGE, LOGIN, OPENING, STARTING, READING, DONE };

struct host {
    char address[INET_ADDRSTRLEN];
    int socket;
    enum stage stage;
    ssh_session session;
    ssh_channel channel;
    char output[64];
    size_t length;
};

static struct host hosts[MOST_HOSTS];
static int port, poller;
static ssh_key user_key;
static const char *host_key;

static void fail(const struct host *host, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", host->address, what, host->session ? ssh_get_error(host->session) : "");
    exit(1);
}

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void connect_to(struct host *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1, no = 0;
    unsigned number = (unsigned)port;
    inet_pton(AF_INET, host->address, &address.sin_addr);
    host->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(host->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connect(host->socket, (struct sockaddr *)&address, sizeof address);
    host->session = ssh_new();
    ssh_options_set(host->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(host->session, SSH_OPTIONS_HOST, host->address);
    ssh_options_set(host->session, SSH_OPTIONS_PORT, &number);
    ssh_options_set(host->session, SSH_OPTIONS_USER, "root");
    ssh_options_set(host->session, SSH_OPTIONS_FD, &host->socket);
    ssh_options_set(host->session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(host->session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    ssh_options_set(host->session, SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256");
    ssh_options_set(host->session, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519");
    ssh_set_blocking(host->session, 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = host};
    epoll_ctl(poller, EPOLL_CTL_ADD, host->socket, &event);
}

static void check_host_key(struct host *host)
{
    ssh_key key;
    char *blob;
    if (ssh_get_server_publickey(host->session, &key) || ssh_pki_export_pubkey_base64(key, &blob)) fail(host, "no host key");
    if (strcmp(blob, host_key)) fail(host, "another host key");
    ssh_string_free_char(blob);
    ssh_key_free(key);
}

/* Returns whether the channel has told everything. */
static int read_all(struct host *host)
{
    int count;
    while ((count = ssh_channel_read_nonblocking(host->channel, host->output + host->length, (uint32_t)(sizeof host->output - host->length), 0)) > 0)
        host->length += (size_t)count;
    if (count == SSH_ERROR) fail(host, "reading");
    return ssh_channel_is_closed(host->channel) || (ssh_channel_is_eof(host->channel) && ssh_channel_get_exit_status(host->channel) != -1);
}

/* Takes the steps that are possible now; returns whether the host is done. */
static int advance(struct host *host)
{
    int code;
    switch (host->stage) {
    case KEY_EXCHANGE:
        if ((code = ssh_connect(host->session)) == SSH_AGAIN) return 0;
        if (code != SSH_OK) fail(host, "key exchange");
        check_host_key(host);
        host->stage = LOGIN; /* fall through */
    case LOGIN:
        if ((code = ssh_userauth_publickey(host->session, NULL, user_key)) == SSH_AUTH_AGAIN) return 0;
        if (code != SSH_AUTH_SUCCESS) fail(host, "login");
        host->channel = ssh_channel_new(host->session);
        host->stage = OPENING; /* fall through */
    case OPENING:
        if ((code = ssh_channel_open_session(host->channel)) == SSH_AGAIN) return 0;
        if (code != SSH_OK) fail(host, "channel");
        host->stage = STARTING; /* fall through */
    case STARTING:
        if ((code = ssh_channel_request_exec(host->channel, "echo hello")) == SSH_AGAIN) return 0;
        if (code != SSH_OK) fail(host, "command");
        host->stage = READING; /* fall through */
    case READING:
        if (!read_all(host)) return 0;
        if (host->length != 6 || memcmp(host->output, "hello\n", 6)) fail(host, "a wrong answer");
        ssh_channel_close(host->channel);
        ssh_channel_free(host->channel);
        host->stage = DONE;
        return 1;
    case DONE:
        return 0;
    }
    return 0;
}

/* Starts the next host, on a new connection or on the open one; returns how many are done with that at once. */
static int begin(struct host *host, int is_open)
{
    host->length = 0;
    if (!is_open) {
        connect_to(host);
        return 0;
    }
    host->channel = ssh_channel_new(host->session);
    host->stage = OPENING;
    return advance(host);
}

static void run(const char *name, int count, int parallel, int is_open)
{
    double wall = seconds(), cpu = cpu_seconds();
    int next = 0, done = 0;
    while (next < count && next < parallel) done += begin(&hosts[next++], is_open);
    while (done < count) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, 30000);
        if (ready <= 0) exit(3);
        for (int index = 0; index < ready; index++) {
            struct host *host = events[index].data.ptr;
            if (host->stage == DONE || !advance(host)) continue;
            done++;
            if (next < count) done += begin(&hosts[next++], is_open);
        }
    }
    printf("%s good %d wall %.4f cpu %.4f\n", name, count, seconds() - wall, cpu_seconds() - cpu);
}

int main(int argc, char **argv)
{
    if (argc != 8) return 2;
    int count = atoi(argv[2]), parallel = atoi(argv[4]), rounds = atoi(argv[7]);
    FILE *file = fopen(argv[1], "r");
    port = atoi(argv[3]);
    host_key = argv[6];
    if (!file || count < 1 || count > MOST_HOSTS || ssh_pki_import_privkey_file(argv[5], NULL, NULL, NULL, &user_key)) return 2;
    for (int index = 0; index < count; index++)
        if (fscanf(file, "%15s", hosts[index].address) != 1) return 2;
    poller = epoll_create1(EPOLL_CLOEXEC);
    run("cold", count, parallel, 0);
    for (int round = 0; round < rounds; round++) run("warm", count, parallel, 1);
    fflush(stdout);
    _exit(0); /* the connections end with the process, outside what is measured */
}
