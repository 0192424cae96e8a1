#!/usr/bin/env bash
# Runs any command on Kubernetes with NVIDIA's device plugin:
#   MASTER=k8s://https://host:6443 IMAGE=registry.example.org/espalier \
#     WAREHOUSE=hdfs://namenode/warehouse conf/cluster/k8s/spark-submit.sh \
#     transcribe --manifest MANIFEST --bundle BUNDLE
# WAREHOUSE is storage that all pods can access. Tables on an object store need a catalog service, such
# as --conf spark.sql.catalog.espalier.type=rest --conf spark.sql.catalog.espalier.uri=https://HOST
# behind the command; see docs/cluster.md.
# The Dockerfile next to this script makes IMAGE. For s3a, the image also needs hadoop-aws.
set -eu

# One GPU per executor; none with GPUS_PER_EXECUTOR=0.
gpus=()
if [ "${GPUS_PER_EXECUTOR:=1}" != 0 ]; then
  gpus=(
    --conf spark.executor.resource.gpu.vendor=nvidia.com
    --conf spark.executor.resource.gpu.amount="$GPUS_PER_EXECUTOR"
    --conf spark.executor.resource.gpu.discoveryScript=/opt/espalier/gpu-discovery.sh
  )
fi

exec "${SPARK_HOME:?Set SPARK_HOME to a Spark 3.5}/bin/spark-submit" \
  --master "${MASTER:?Set MASTER to k8s://https://host:port}" \
  --deploy-mode cluster \
  --class io.espalier.cli.Espalier \
  --conf spark.kubernetes.container.image="${IMAGE:?Set IMAGE to the image}" \
  --conf spark.kubernetes.namespace="${NAMESPACE:-default}" \
  --conf spark.kubernetes.authenticate.driver.serviceAccountName="${SERVICE_ACCOUNT:-spark}" \
  --conf spark.executor.instances="${EXECUTORS:-2}" \
  --conf spark.executor.cores="${CORES:-8}" \
  --conf spark.executor.memory="${MEMORY:-16g}" \
  --conf spark.executor.memoryOverhead="${MEMORY_OVERHEAD:-8g}" \
  ${gpus[@]+"${gpus[@]}"} \
  --conf spark.executor.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.driver.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.executorEnv.OPT_OUT_TRACKING=true \
  ${WAREHOUSE:+--conf spark.espalier.warehouse="$WAREHOUSE"} \
  local:///opt/espalier/espalier.jar \
  "$@"
