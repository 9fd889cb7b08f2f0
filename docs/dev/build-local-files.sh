#!/bin/sh
# Makes jvm/local-files.jar from jvm/LocalFiles.java: build-local-files.sh SPARK_HOME
#
# Needs a JDK and zip. The jar holds its source, uncompressed, so that a test can tell whether the jar is made from it.
set -eu
jars=$1/jars
cd "$(dirname "$0")/../../jvm"
classes=$(mktemp -d)
trap 'rm -r "$classes"' EXIT
javac --release 11 -classpath "$jars/*" -d "$classes" LocalFiles.java
cp LocalFiles.java "$classes/millrace/"
find "$classes" -exec touch -t 202001010000 {} +
rm -f local-files.jar
jar=$PWD/local-files.jar
cd "$classes" && zip -X -0 -q "$jar" millrace/LocalFiles.java millrace/LocalFiles.class 'millrace/LocalFiles$Raw.class'
