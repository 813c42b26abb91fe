"""parallel-ssh (libssh2): `echo hello` on the first N hosts, at most 50 at once. It does not check host keys.

    ssh_parallel.py N HOSTS-FILE PORT KEY
"""
import sys

from pssh.clients import ParallelSSHClient

COUNT, HOSTS, PORT, KEY = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]

with open(HOSTS) as file:
    hosts = file.read().split()[:COUNT]
client = ParallelSSHClient(
    hosts, user="root", port=PORT, pkey=KEY, pool_size=50, allow_agent=False, identity_auth=False, num_retries=1)
outputs = client.run_command("echo hello")
print("good", sum(list(output.stdout) == ["hello"] and output.exit_code in (0, None) for output in outputs))
