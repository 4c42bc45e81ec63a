#!/usr/bin/env bash
# Two network namespaces that stand for two machines, each with a name of its own, and a link between them:
#
#   bench/two-machines.sh RATE PROGRAM...      e.g. 1gbit node dist/cli/main.js train ...; "full" does not throttle it
#
# starts the program as two ranks of Open MPI, one in each. It needs root, and takes everything away again.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,7s/^# \?//p' "$0"; exit 2; }
rate=$1
shift

agent=$(mktemp)
cleanup() {
  rm -f "$agent"
  for machine in trm-a trm-b; do ip netns del "$machine" 2>/dev/null || true; done
}
trap cleanup EXIT
cleanup

for machine in trm-a trm-b; do
  ip netns add "$machine"
  ip -n "$machine" link set lo up
done
ip -n trm-a link add link0 type veth peer name link0 netns trm-b
ip -n trm-a addr add 10.77.0.1/24 dev link0
ip -n trm-b addr add 10.77.0.2/24 dev link0
for machine in trm-a trm-b; do
  ip -n "$machine" link set link0 up
  # A bucket of at least a tick's worth of bytes, else the rate is not reached.
  [ "$rate" = full ] || tc -n "$machine" qdisc add dev link0 root tbf rate "$rate" burst 64kb latency 400ms
done

# What mpirun calls in place of ssh: AGENT HOST COMMAND.
cat >"$agent" <<'AGENT'
#!/bin/sh
case $1 in 10.77.0.1) machine=trm-a ;; *) machine=trm-b ;; esac
shift
exec ip netns exec "$machine" unshare --uts sh -c "hostname $machine; $*"
AGENT
chmod +x "$agent"

# As of ssh, its words are read by a shell again.
"$agent" 10.77.0.1 "exec mpirun.openmpi --allow-run-as-root --bind-to none \
  --mca plm_rsh_agent $agent --host 10.77.0.1:1,10.77.0.2:1 -np 2 \
  --mca oob_tcp_if_include 10.77.0.0/24 --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 \
  $(printf '%q ' "$@")"
