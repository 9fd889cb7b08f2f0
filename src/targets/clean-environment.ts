import type { Environment } from '../project/config.js';
import { toAssignments } from './shell.js';

/** Settings of other Spark, Kafka and Java installations, which would bend what runs here. */
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
 * Without a locale that speaks UTF-8, Java opens no path that has an accent in it, and takes each letter with one for `?`.
 * It asks the environment at its start alone: no option of its command line can say it later.
 */
export const UTF_8 = { LC_ALL: 'C.UTF-8' };
const OURS = { ...UTF_8, TZ: 'UTC' };

/** The environment of services and drivers: the shell's without what belongs to other installations, UTC and UTF-8. */
export function cleanEnvironment(env: Environment): Record<string, string> {
  return { ...inherited(env, (name) => !isForeign(name)), ...OURS };
}

/** The same as words before a command: it gets in any shell what it would get from us. */
export function cleanCommand(env: Environment, environment: Environment): string[] {
  const foreign = Object.keys(inherited(env, isForeign)).filter((name) => !Object.hasOwn(environment, name));
  return ['env', ...foreign.flatMap((name) => ['-u', name]), ...toAssignments({ ...OURS, ...environment })];
}

/** Other installations' settings that reach also a Spark that is started by hand. */
const BENDS_SPARK = /^(SPARK|PYSPARK|HADOOP)_|^YARN_CONF_DIR$|^PYTHONHOME$/;

/** Names of the variables that would bend a Spark that is started in this environment. */
export function bendingVariables(env: Environment): string[] {
  return Object.keys(inherited(env, (name) => BENDS_SPARK.test(name)));
}

const SECRET = /secret|password|passwd|token|credential|key|jaas|auth/i;

/** What `cleanEnvironment` leaves out, as NAME=value; a value that may be a secret is not shown. */
export function leftOutVariables(env: Environment): string[] {
  return Object.entries(inherited(env, isForeign)).map(([name, value]) =>
    SECRET.test(`${name}=${value}`) ? `${name}=…` : `${name}=${value}`,
  );
}

function isForeign(name: string): boolean {
  return FOREIGN.some((pattern) => pattern.test(name));
}

/** Its variables that have a value, all or those that are wanted. */
export function inherited(env: Environment, isWanted = (_name: string) => true): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => value !== undefined && isWanted(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

/**
 * The environment of downloads: the user's mirrors, proxies and certificates stay, and so do Java's options, since a
 * proxy that opens TLS can only be trusted through them; other installations' settings do not.
 */
export function downloadEnvironment(env: Environment): Record<string, string> {
  const isWanted = (name: string) => !isForeign(name) || /JAVA_TOOL_OPTIONS|JAVA_OPTIONS/.test(name);
  return { ...inherited(env, isWanted), ...UTF_8 };
}
