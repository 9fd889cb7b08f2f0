#!/bin/bash
# Starts a Spark worker once its master listens: a worker that finds no master waits 5 to 15 s before it tries again.
#
#   start-worker.sh MASTER_HOST MASTER_PORT ARGUMENT…
master=$1 port=$2
shift 2
for _ in $(seq 300); do
  (exec 3<>"/dev/tcp/$master/$port") 2>/dev/null && break
  sleep 0.2
done
exec /opt/spark/bin/spark-class org.apache.spark.deploy.worker.Worker "$@" "spark://$master:$port"
