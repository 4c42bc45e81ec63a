#!/bin/bash
# A run over the nodes of a Slurm cluster: sbatch slurm.sh. It stops in time, saves, and puts itself back into the queue.
#SBATCH --job-name=trm
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=32
#SBATCH --time=12:00:00
#SBATCH --signal=USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

# Folders that all nodes see under the same name.
data=${DATA:-datasets/sudoku-extreme}
run=${RUN:-runs/sudoku-extreme}

if [ -e "$run/config.json" ]; then
  args=(--resume "$run")
else
  args=(--config sudoku-extreme-mlp --data "$data" --out "$run")
fi

# One rank a node, its threads on all cores that Slurm gives the task. `srun --mpi=list` tells what there is.
status=0
srun --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" --kill-on-bad-exit=1 trm train "${args[@]}" || status=$?

# 130: stopped before its end, by the signal five minutes before the time was up.
if [ "$status" -eq 130 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
