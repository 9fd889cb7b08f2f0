import type { Environment } from '../project/config.js';
import { toAssignments } from './shell.js';

/** Settings of other Spark, Kafka and Java installations, which would change how ours run. */
const FOREIGN = [
  /^SPARK_/,
  /^PYSPARK_/,
  /^PYTHONPATH$/,
  /^PYTHONHOME$/,
  /^CLASSPATH$/,
  /^KAFKA_/,
  /^HADOOP_/,
  /^JAVA_TOOL_OPTIONS$/,
  /^JDK_JAVA_OPTIONS$/,
  /^_JAVA_OPTIONS$/,
];

/**
 * Without a locale of UTF-8, Java cannot open a path with an accent, since it reads the letter as `?`. Java takes the locale only
 * from its environment: no option of its command line can set it.
 */
export const UTF_8 = { LC_ALL: 'C.UTF-8' };
const OURS = { ...UTF_8, TZ: 'UTC' };

/** The environment of services and drivers: the shell's without what belongs to other installations, UTC and UTF-8. */
export function cleanEnvironment(env: Environment): Record<string, string> {
  return { ...variablesOf(env, (name) => !isForeign(name)), ...OURS };
}

/** The same as words to put before a command, which then has this environment in any shell. */
export function cleanCommand(env: Environment, environment: Environment): string[] {
  const foreign = Object.keys(variablesOf(env, isForeign)).filter((name) => !Object.hasOwn(environment, name));
  return ['env', ...foreign.flatMap((name) => ['-u', name]), ...toAssignments({ ...OURS, ...environment })];
}

/** Settings of other installations that would also affect a Spark that the user starts. */
const CONFLICTS_WITH_SPARK = /^(SPARK|PYSPARK|HADOOP)_|^YARN_CONF_DIR$|^PYTHONHOME$/;

/** Names of the variables in this environment that would affect a Spark that the user starts. */
export function conflictingVariables(env: Environment): string[] {
  return Object.keys(variablesOf(env, (name) => CONFLICTS_WITH_SPARK.test(name)));
}

const SECRET = /secret|password|passwd|token|credential|key|jaas|auth/i;

/** The variables that `cleanEnvironment` leaves out, as NAME=value; a value that may be a secret is not shown. */
export function leftOutVariables(env: Environment): string[] {
  return Object.entries(variablesOf(env, isForeign)).map(([name, value]) =>
    SECRET.test(`${name}=${value}`) ? `${name}=…` : `${name}=${value}`,
  );
}

function isForeign(name: string): boolean {
  return FOREIGN.some((pattern) => pattern.test(name));
}

/** The variables of an environment that have a value: all, or those that are wanted. */
export function variablesOf(env: Environment, isWanted = (_name: string) => true): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => value !== undefined && isWanted(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

/**
 * The environment of downloads: the user's mirrors, proxies and certificates stay. Java's options stay too, since they may name
 * the certificate of a proxy that opens TLS. The settings of other installations are left out.
 */
export function downloadEnvironment(env: Environment): Record<string, string> {
  const isWanted = (name: string) => !isForeign(name) || /JAVA_TOOL_OPTIONS|JAVA_OPTIONS/.test(name);
  return { ...variablesOf(env, isWanted), ...UTF_8 };
}
