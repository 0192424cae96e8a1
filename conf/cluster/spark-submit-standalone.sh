#!/usr/bin/env bash
# Runs any command on a standalone cluster with GPUs, with the jar of "mvn -Pcuda -DskipTests package":
#   MASTER=spark://host:7077 conf/cluster/spark-submit-standalone.sh \
#     transcribe --manifest MANIFEST --bundle BUNDLE
# Machines need the libraries of CUDA 12 and cuDNN 9; see docs/cluster.md.
# Every worker must offer its GPUs, in its conf/spark-env.sh or on its command line:
#   SPARK_WORKER_OPTS="-Dspark.worker.resource.gpu.amount=4
#     -Dspark.worker.resource.gpu.discoveryScript=/path/to/conf/gpu-discovery.sh"
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"

# In a POSIX locale, Java would read the arguments as ASCII.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}" in
  C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

# One GPU per executor, and as many executors as GPUs; none with GPUS_PER_EXECUTOR=0. Do not set
# spark.task.resource.gpu.amount: it would give a GPU to every task of every stage, and only the stage
# that runs the model requests one.
gpus=()
if [ "${GPUS_PER_EXECUTOR:=1}" != 0 ]; then
  gpus=(--conf spark.executor.resource.gpu.amount="$GPUS_PER_EXECUTOR")
fi

exec "${SPARK_HOME:?Set SPARK_HOME to a Spark 3.5}/bin/spark-submit" \
  --master "${MASTER:?Set MASTER to spark://host:7077}" \
  --class io.espalier.cli.Espalier \
  --conf spark.executor.cores="${CORES:-8}" \
  --conf spark.executor.memory="${MEMORY:-16g}" \
  ${gpus[@]+"${gpus[@]}"} \
  --conf spark.executor.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.driver.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.executorEnv.OPT_OUT_TRACKING=true \
  --conf spark.executorEnv.DJL_CACHE_DIR="${DJL_CACHE_DIR:-/tmp/djl}" \
  ${WAREHOUSE:+--conf spark.espalier.warehouse="$WAREHOUSE"} \
  "${JAR:-$root/spark-jobs/target/espalier-spark-3.5_2.12-cuda.jar}" \
  "$@"
