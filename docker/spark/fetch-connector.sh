#!/bin/sh
# Runs while the image is built: fetches the jars that a job needs to read and write Kafka into /opt/millrace/jars, with the
# Ivy that Spark ships. If connector/<version>.sha512 exists, the jars must be exactly those that it lists.
set -eu
here=/opt/millrace
work=$(mktemp -d)
cd "$work"

root=${MAVEN_MIRROR:+root=\"$MAVEN_MIRROR\"}
cat >settings.xml <<XML
<ivysettings>
  <settings defaultResolver="central"/>
  <resolvers><ibiblio name="central" $root m2compatible="true"/></resolvers>
</ivysettings>
XML
# Jars that Spark has already are excluded: they would be downloaded and then thrown away.
cat >ivy.xml <<XML
<ivy-module version="2.0">
  <info organisation="millrace" module="connector"/>
  <dependencies>
    <dependency org="org.apache.spark" name="spark-sql-kafka-0-10_$SCALA_VERSION" rev="$SPARK_VERSION" conf="default->default"/>
    <exclude org="org.apache.hadoop"/>
    <exclude org="org.scala-lang"/>
    <exclude org="org.scala-lang.modules"/>
  </dependencies>
</ivy-module>
XML

# Java does not read HTTPS_PROXY. A user name and password in it are left out, because everyone can read an argument.
proxy=${HTTPS_PROXY:-${https_proxy:-}}
proxy=${proxy#*://}
proxy=${proxy##*@}
proxy=${proxy%/}
${JAVA_HOME:+$JAVA_HOME/bin/}java ${proxy:+-Dhttps.proxyHost=${proxy%:*} -Dhttps.proxyPort=${proxy##*:}} \
  -jar /opt/spark/jars/ivy-*.jar -settings settings.xml -cache cache -ivy ivy.xml -types jar \
  -retrieve 'jars/[artifact]-[revision].[ext]'

mkdir -p $here/jars
for jar in jars/*.jar; do
  name=$(basename "$jar" | sed 's/-[0-9][^-]*\(-[^-]*\)*\.jar$//')
  ls /opt/spark/jars | grep -q "^$name-[0-9]" || cp "$jar" $here/jars/
done
sums=$here/connector/$SPARK_VERSION.sha512
if [ -f "$sums" ]; then
  cd $here/jars
  sha512sum --check --strict --quiet "$sums"
  for jar in *.jar; do grep -qF "  $jar" "$sums" || { echo "$jar is not one of the connector's jars" >&2; exit 1; }; done
fi
chmod 644 $here/jars/*.jar
echo "$SPARK_VERSION" >$here/spark-version
rm -rf "$work"
