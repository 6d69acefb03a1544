#!/usr/bin/env bash
# Starts a private Slurm of emulated nodes n1..nN on loopback; neither root nor munge nor cgroups are needed.
#   slurm-up.sh DIR [NODES] [CPUS]        afterwards: export SLURM_CONF=DIR/slurm.conf; stop it with slurm-down.sh DIR
# Knobs (their names are not SLURM_*, which the Slurm commands would take for options):
#   TB_PORT        first of NODES+1 free ports, NODES+3 with accounting (default 26817)
#   TB_TASKPLUGIN  task/none (default: nodes may claim more CPUs than there are), task/affinity
#   TB_PROCTRACK   proctrack/linuxproc (default), proctrack/pgid
#   TB_KILLWAIT    seconds between TERM and KILL (default 15; Slurm's own is 30)
#   TB_ACCOUNTING  name=value of a limit of this user's only account, such as MaxSubmitJobs=2: with a slurmdbd and a MariaDB of its
#                  own, whose ports are the two after those of the nodes (default: no accounting)
#   TB_SBIN        where slurmctld and slurmd are (default /usr/sbin)
set -euo pipefail

dir=$(realpath -m "${1:?usage: slurm-up.sh DIR [NODES] [CPUS]}")
nodes=${2:-2}
cpus=${3:-8}
port=${TB_PORT:-26817}
sbin=${TB_SBIN:-/usr/sbin}
host=$(hostname -s)
user=$(id -un)

mkdir -p "$dir"/state "$dir"/log "$dir"/run
for node in $(seq "$nodes"); do mkdir -p "$dir/spool.n$node"; done

accounting_conf=AccountingStorageType=accounting_storage/none
if [ -n "${TB_ACCOUNTING:-}" ]; then
  accounting_port=$((port + nodes + 1))
  accounting_conf="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=$accounting_port
AccountingStorageEnforce=limits"
fi

# auth/none believes what a client says of its user: for tests on loopback only.
# config_overrides lets a node claim CPUs that it does not have.
cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool.%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
ProctrackType=${TB_PROCTRACK:-proctrack/linuxproc}
TaskPlugin=${TB_TASKPLUGIN:-task/none}
JobAcctGatherType=jobacct_gather/none
${accounting_conf}
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,sched_min_interval=100000,sched_interval=1,bf_interval=1
ReturnToService=1
SlurmdTimeout=10
KillWait=${TB_KILLWAIT:-15}
MinJobAge=600
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=$cpus Sockets=1 CoresPerSocket=$cpus ThreadsPerCore=1 RealMemory=4000 State=UNKNOWN
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=spare Nodes=ALL PreemptMode=CANCEL GraceTime=${TB_GRACETIME:-0} MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=urgent Nodes=ALL PriorityTier=10 PreemptMode=OFF MaxTime=INFINITE DefaultTime=10 State=UP
CONF

# slurmd loads its cgroup plugin whatever the configuration says, and dies without a cgroup file system. Old versions
# have no `disabled`; their v1 plugin touches nothing as long as nothing asks it to.
case $("$sbin/slurmd" -V | grep -oE '[0-9]+\.[0-9]+' | head -n 1) in
  1?.* | 20.* | 21.* | 22.* | 23.02) echo 'CgroupPlugin=cgroup/v1' >"$dir/cgroup.conf" ;;
  *) echo 'CgroupPlugin=disabled' >"$dir/cgroup.conf" ;;
esac

export SLURM_CONF=$dir/slurm.conf
if [ -n "${TB_ACCOUNTING:-}" ]; then
  "$(dirname "$0")/slurm-accounting-up.sh" "$dir" "$accounting_port" "$sbin"
  sacctmgr -iQ add cluster test >/dev/null
  sacctmgr -iQ add account chemists Cluster=test >/dev/null
  sacctmgr -iQ add user "$user" Account=chemists Cluster=test "$TB_ACCOUNTING" >/dev/null
  # Root has an account from the start, which would be its default.
  sacctmgr -iQ modify user where name="$user" set DefaultAccount=chemists >/dev/null || true
fi
"$sbin/slurmctld" -f "$SLURM_CONF"
for node in $(seq "$nodes"); do "$sbin/slurmd" -f "$SLURM_CONF" -N "n$node"; done

# sinfo lists a node that has not registered as idle, so the start times are counted.
for _ in $(seq 200); do
  registered=$(scontrol show node -o 2>/dev/null | grep -c 'SlurmdStartTime=[0-9]') || true
  if [ "$registered" -ge "$nodes" ]; then exit 0; fi
  sleep 0.1
done
echo 'Slurm did not come up within 20 s' >&2
tail -n 5 "$dir"/log/*.log >&2
exit 1
