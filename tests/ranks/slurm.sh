#!/bin/sh
# SPDX-License-Identifier: MIT
# slurm.sh FOLDER COMMAND...: runs COMMAND in an allocation of eight processors on two nodes, which this machine plays
# both of, with daemons of its own in FOLDER. Status 77 where the daemons do not come up.
folder=$1
shift
host=$(hostname -s)
ports=$((20000 + $$ % 20000)) # another run of this script is not to be met
mkdir -p "$folder/state" "$folder/spool/n0" "$folder/spool/n1"
cat >"$folder/slurm.conf" <<END
ClusterName=two-nodes
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$ports
AuthType=auth/none
CredType=cred/none
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
NodeName=n0 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((ports + 1)) CPUs=4 State=UNKNOWN
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((ports + 2)) CPUs=4 State=UNKNOWN
PartitionName=all Nodes=n0,n1 Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$folder/slurm.conf"
slurmctld -D -c >"$folder/slurmctld.out" 2>&1 &
daemons=$!
for node in n0 n1; do
    slurmd -D -N $node >"$folder/$node.out" 2>&1 &
    daemons="$daemons $!"
done
trap 'kill $daemons 2>/dev/null; wait' EXIT
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    if sinfo -h -o %t 2>/dev/null | grep -q idle && [ "$(sinfo -h -N -t idle | wc -l)" = 2 ]; then
        timeout 60 salloc -Q -N 2 -n 8 "$@"
        exit $?
    fi
    sleep 1
done
exit 77
