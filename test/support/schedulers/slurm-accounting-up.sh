#!/usr/bin/env bash
# Starts the accounting of a private Slurm: a MariaDB and a slurmdbd on loopback. slurm-up.sh calls it, slurm-down.sh stops it.
#   slurm-accounting-up.sh DIR PORT SBIN      PORT: of slurmdbd; MariaDB takes the next one
set -euo pipefail

dir=${1:?usage: slurm-accounting-up.sh DIR PORT SBIN}
port=${2:?}
sbin=${3:?}
user=$(id -un)
socket=$dir/run/mariadb.sock

mariadb-install-db --no-defaults --datadir="$dir/mariadb" --user="$user" --auth-root-authentication-method=normal \
  --skip-test-db >"$dir/log/mariadb-install.log" 2>&1
"$sbin/mariadbd" --no-defaults --datadir="$dir/mariadb" --socket="$socket" --bind-address=127.0.0.1 \
  --port=$((port + 1)) --user="$user" --innodb-buffer-pool-size=32M --pid-file="$dir/run/mariadb.pid" \
  >"$dir/log/mariadb.log" 2>&1 </dev/null &
ask() { mariadb --no-defaults --socket="$socket" --user=root "$@"; }
for _ in $(seq 200); do
  if ask -e 'select 1' >/dev/null 2>&1; then break; fi
  sleep 0.1
done
ask -e "create database slurm_acct_db; create user slurm@'127.0.0.1' identified by 'test';
  grant all on slurm_acct_db.* to slurm@'127.0.0.1';"

(
  umask 077
  cat >"$dir/slurmdbd.conf" <<CONF
AuthType=auth/none
DbdHost=$(hostname -s)
DbdAddr=127.0.0.1
DbdPort=$port
SlurmUser=$user
LogFile=$dir/log/slurmdbd.log
PidFile=$dir/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$((port + 1))
StorageUser=slurm
StoragePass=test
StorageLoc=slurm_acct_db
CONF
)
# It reads slurmdbd.conf beside slurm.conf.
"$sbin/slurmdbd"
for _ in $(seq 300); do
  if sacctmgr -n list cluster >/dev/null 2>&1; then exit 0; fi
  sleep 0.1
done
echo 'slurmdbd did not answer within 30 s' >&2
tail -n 5 "$dir"/log/slurmdbd.log "$dir"/log/mariadb.log >&2
exit 1
