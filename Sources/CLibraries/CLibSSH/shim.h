#pragma once
#include <libssh/libssh.h>
#include <libssh/callbacks.h>
#include <libssh/server.h> // ssh_send_keepalive is declared here in 0.10
