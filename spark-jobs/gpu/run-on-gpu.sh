#!/usr/bin/env bash
# Runs the unpacked kit on this machine, in the root of a checkout: see docs/benchmarks.md.
# usage: run-on-gpu.sh [check] [parity] [texts] [speed]      without arguments: all
#   DEVICE     default cuda:0; cpu for a dry run
#   PYTHON     a Python that has PyTorch, default python3
#   OUT        directory of logs and figures, default /tmp/espalier-gpu
#   SIZES      default "base small medium"      MODES    default "float32 tf32 bfloat16"
#   BATCHES    default 16,64,256                PADS     default full,bucket
#   TOKENS     default 40                       PRECISIONS  of the step texts, default float32,bfloat16
#   LIMIT_S    of each run of the benchmark, default 300
set -uo pipefail

kit="$(cd "$(dirname "$0")" && pwd)"
root="$PWD"
demo="$root/spark-jobs/src/main/demo"
[ -d "$demo/bundle" ] || { echo "Cannot find $demo: run this in the root of a checkout" >&2; exit 2; }
device="${DEVICE:-cuda:0}"
python="${PYTHON:-python3}"
out="${OUT:-/tmp/espalier-gpu}"
mkdir -p "$out"
out="$(cd "$out" && pwd)"
site="$("$python" -c 'import importlib.util as u, os
print(os.path.dirname(os.path.dirname(u.find_spec("torch").origin)))')" ||
  { echo "Cannot find PyTorch: set PYTHON to a Python that has it" >&2; exit 3; }

# The driver, the CUDA libraries beside PyTorch, and PyTorch itself.
libraries=""
for directory in "$site"/nvidia/*/lib /usr/local/nvidia/lib64 /usr/local/cuda/compat \
  /usr/lib/x86_64-linux-gnu; do
  [ -d "$directory" ] && libraries="$libraries$directory:"
done
export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:-}"
export PYTORCH_LIBRARY_PATH="$site/torch/lib" PYTORCH_LIBRARY_EXCLUSION=libshm.so
export PYTORCH_FLAVOR=cu130 OPT_OUT_TRACKING=true
[ "$device" = cpu ] && export PYTORCH_FLAVOR=cpu
cache="$(mktemp -d)"
trap 'rm -rf "$cache"' EXIT
export DJL_CACHE_DIR="$cache"

# DJL takes the library that lies in its cache before any of its own.
shim="$kit/shim/libdjl_torch.so"
here="$(sed -n "s/^git_version = '\(.*\)'/\1/p" "$site/torch/version.py")"
if [ "$here" != "$(cat "$kit/shim/torch.git")" ]; then
  echo "Another build of PyTorch: compiling the JNI library for it"
  shim="$cache/shim.so"
  "$kit/compile-shim.sh" "$site" "$shim" || exit 3
fi
read -r libtorch djl <"$kit/shim/djl.version"
mkdir -p "$cache/pytorch/$libtorch-$PYTORCH_FLAVOR-linux-x86_64"
cp "$shim" "$cache/pytorch/$libtorch-$PYTORCH_FLAVOR-linux-x86_64/$djl-libdjl_torch.so"

run() { # LIMIT_S LOG MAIN_CLASS ARGUMENT...
  local limit="$1" log="$out/$2"
  shift 2
  timeout "$limit" "$kit/jre/bin/java" -Xmx6g -XX:+UseSerialGC -Dfile.encoding=UTF-8 \
    -Dai.djl.offline=true "-Djna.library.path=$libraries" \
    "-Despalier.reference=$root/spark-jobs/src/test/resources/reference" \
    -cp "$(echo "$kit"/lib/*.jar | tr ' ' ':')" "$@" 2>&1 | grep -v SLF4J >"$log"
  local code="${PIPESTATUS[0]}"
  [ "$code" = 0 ] || echo "Failed with $code, see $log: $(tail -n 1 "$log" | cut -c 1-200)"
  return "$code"
}
benchmark() { # LOG ARGUMENT...
  local log="$1"
  shift
  run "${LIMIT_S:-300}" "$log" io.espalier.cli.BenchmarkAlone "--device=$device" "--data=$demo" \
    --threads=2 "$@"
}
wants() { case " $what " in *" $1 "*) ;; *) return 1 ;; esac; }
what="${*:-check parity texts speed}"
failed=0

if wants check; then
  nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null
  run 60 check.txt DeviceCheck "$device" || failed=1
  cat "$out/check.txt"
fi
if wants parity; then
  # cuDNN would take TF32 in convolutions.
  # shellcheck disable=SC2046 # One name a word.
  (cd spark-jobs && NVIDIA_TF32_OVERRIDE=0 run "${LIMIT_S:-300}" parity.txt TestRun \
    $(cat "$kit/tests.txt")) || failed=1
  grep -E '^(FAILED|ABORTED)|tests (successful|failed)' "$out/parity.txt"
fi
if wants texts; then
  NVIDIA_TF32_OVERRIDE=0 benchmark texts.txt --part=texts "--precision=${PRECISIONS:-float32,bfloat16}" \
    "--json=$out/texts.json" || failed=1
  cat "$out/texts.txt"
fi
if wants speed; then
  columns=()
  for size in ${SIZES:-base small medium}; do
    for mode in ${MODES:-float32 tf32 bfloat16}; do
      precision="$mode" tf32=0
      [ "$mode" = tf32 ] && precision=float32 tf32=1
      # Old figures must not pass for new ones.
      rm -f "$out/$size-$mode.json"
      if [ "$tf32" = 1 ]; then export TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1; else export NVIDIA_TF32_OVERRIDE=0; fi
      benchmark "$size-$mode.txt" --part=compute,gates,throughput "--size=$size" \
        "--precision=$precision" "--tokens=${TOKENS:-40}" "--batch=${BATCHES:-16,64,256}" \
        "--pad=${PADS:-full,bucket}" "--json=$out/$size-$mode.json" || failed=1
      unset TORCH_ALLOW_TF32_CUBLAS_OVERRIDE NVIDIA_TF32_OVERRIDE
      columns+=("$size $mode=$out/$size-$mode.json")
    done
  done
  run 60 table.md FiguresTable "${columns[@]}" || failed=1
  cat "$out/table.md"
fi
exit "$failed"
