#!/bin/sh
# Runs as root before Spark starts: gives the shared volumes to Spark's user, makes the cluster's secret once, writes Spark's
# settings with it, and puts the connector where driver and executors find it.
set -eu
umask 022
owner=$(id -u spark):$(id -g spark)
# Each Spark version needs the connector of the same version.
connector=/opt/data/jars/$(cat /opt/millrace/spark-version)
mkdir -p "$connector"
chown "$owner" /opt/src /opt/data /opt/secret
chmod 700 /opt/secret

for jar in /opt/millrace/jars/*.jar; do
  there=$connector/$(basename "$jar")
  cmp -s "$jar" "$there" || { cp "$jar" "$there.new" && mv "$there.new" "$there"; }
done

umask 077
cd /opt/secret
if [ ! -s secret ]; then
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >secret.new
  mv secret.new secret
fi
# Before 4.2 the stronger cipher loses messages: no worker would ever register (SPARK-56227; tested with 3.5.7 and 3.5.8).
case $(cat /opt/millrace/spark-version) in
  [0-3].* | 4.[01].*) cipher=AES/CTR/NoPadding ;;
  *) cipher=AES/GCM/NoPadding ;;
esac
cat >spark-defaults.conf.new <<CONF
spark.authenticate true
spark.authenticate.secret $(cat secret)
spark.network.crypto.enabled true
spark.network.crypto.cipher $cipher
spark.master.rest.enabled false
spark.ui.killEnabled false
spark.ui.port ${DRIVER_UI_PORT:-4040}
spark.deploy.recoveryMode FILESYSTEM
spark.deploy.recoveryDirectory /opt/spark/work-dir/recovery
spark.redaction.regex (?i)secret|password|passwd|token|credential|access[.]?key|api[.]?key
spark.jars.ivy /opt/data/.ivy
CONF
mv spark-defaults.conf.new spark-defaults.conf
chown "$owner" secret spark-defaults.conf
