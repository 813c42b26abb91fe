"""Drives the built program from outside: real processes, real sockets, real SSH servers."""
