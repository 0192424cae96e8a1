#!/usr/bin/env bash
# Runs any command on YARN 3.1 or later with GPU scheduling (yarn.resource-types has yarn.io/gpu, and
# the node managers isolate GPUs with cgroups), with the jar of "mvn -Pcuda -DskipTests package":
#   conf/cluster/spark-submit-yarn.sh transcribe --manifest MANIFEST --bundle BUNDLE
# Machines need the libraries of CUDA 12 and cuDNN 9; see docs/cluster.md. Put the jar on HDFS and name
# it in JAR, so that it is not uploaded by every call. DEPLOY_MODE=cluster also runs the driver there;
# with ATTEMPTS=2, YARN starts it again if its machine fails, and the job goes on where it was.
set -eu
root="$(cd "$(dirname "$0")/../.." && pwd)"

# In a POSIX locale, Java would read the arguments as ASCII.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}" in
  C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

# YARN assigns the GPUs; the script reports a container's GPUs to Spark. GPUS_PER_EXECUTOR=0 asks for
# none.
gpus=()
if [ "${GPUS_PER_EXECUTOR:=1}" != 0 ]; then
  gpus=(
    --files "$root/conf/gpu-discovery.sh"
    --conf spark.executor.resource.gpu.amount="$GPUS_PER_EXECUTOR"
    --conf spark.executor.resource.gpu.discoveryScript=./gpu-discovery.sh
  )
fi

exec "${SPARK_HOME:?Set SPARK_HOME to a Spark 3.5}/bin/spark-submit" \
  --master yarn \
  --deploy-mode "${DEPLOY_MODE:-client}" \
  --class io.espalier.cli.Espalier \
  --conf spark.executor.instances="${EXECUTORS:-2}" \
  --conf spark.executor.cores="${CORES:-8}" \
  --conf spark.executor.memory="${MEMORY:-16g}" \
  --conf spark.executor.memoryOverhead="${MEMORY_OVERHEAD:-8g}" \
  ${gpus[@]+"${gpus[@]}"} \
  --conf spark.executor.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.driver.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.yarn.maxAppAttempts="${ATTEMPTS:-1}" \
  --conf spark.yarn.appMasterEnv.LC_ALL=C.UTF-8 \
  --conf spark.yarn.appMasterEnv.OPT_OUT_TRACKING=true \
  --conf spark.executorEnv.OPT_OUT_TRACKING=true \
  --conf spark.executorEnv.DJL_CACHE_DIR="${DJL_CACHE_DIR:-/tmp/djl-$(id -un)}" \
  ${WAREHOUSE:+--conf spark.espalier.warehouse="$WAREHOUSE"} \
  "${JAR:-$root/spark-jobs/target/espalier-spark-3.5_2.12-cuda.jar}" \
  "$@"
