#!/usr/bin/env bash
# Runs any command on Kubernetes with NVIDIA's device plugin:
#   MASTER=k8s://https://host:6443 IMAGE=registry.example.org/espalier \
#     WAREHOUSE=s3a://bucket/warehouse conf/cluster/k8s/spark-submit.sh \
#     transcribe --manifest MANIFEST --bundle BUNDLE
# The Dockerfile next to this script makes IMAGE. For s3a, the image also needs hadoop-aws.
set -eu

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
  --conf spark.executor.resource.gpu.vendor=nvidia.com \
  --conf spark.executor.resource.gpu.amount="${GPUS_PER_EXECUTOR:-1}" \
  --conf spark.executor.resource.gpu.discoveryScript=/opt/espalier/gpu-discovery.sh \
  --conf spark.executor.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.driver.extraJavaOptions="-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true" \
  --conf spark.executorEnv.OPT_OUT_TRACKING=true \
  --conf spark.espalier.warehouse="${WAREHOUSE:?Set WAREHOUSE to storage that all pods can access}" \
  local:///opt/espalier/espalier.jar \
  "$@"
