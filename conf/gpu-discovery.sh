#!/usr/bin/env bash
# Reports this machine's GPUs to Spark, as the JSON that spark.worker.resource.gpu.discoveryScript and
# spark.executor.resource.gpu.discoveryScript expect: indices, or the UUIDs of MIG slices if a GPU is
# divided. Without a GPU or a driver, the list is empty.
set -eu

list="$(nvidia-smi -L 2>/dev/null || true)"

# A line is "GPU 0: NAME (UUID: GPU-...)". Its slices follow as "  MIG 1g.10gb Device 0: (UUID: MIG-...)".
printf '%s\n' "$list" | awk '
  function flush() {
    if (gpu != "" && !slices) addresses[++count] = gpu
  }
  /^GPU [0-9]+:/ {
    flush()
    gpu = $2
    sub(":", "", gpu)
    slices = 0
  }
  /UUID: MIG-/ {
    uuid = $0
    sub(/.*UUID: /, "", uuid)
    sub(/\).*/, "", uuid)
    addresses[++count] = uuid
    slices = 1
  }
  END {
    flush()
    printf "{\"name\": \"gpu\", \"addresses\": ["
    for (i = 1; i <= count; i++) printf "%s\"%s\"", (i > 1 ? ", " : ""), addresses[i]
    print "]}"
  }'
