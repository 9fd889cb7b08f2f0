/** Cores and memory of one application, in Spark's spelling of sizes (`512m`, `1g`). */
export interface Resources {
  /** Executors, of one core each: standalone spreads applications over workers, and bigger executors would not find room. */
  readonly cores: number;
  readonly executorMemory: string;
  readonly driverMemory: string;
}

export interface SubmitLineOptions {
  readonly sparkSubmit: string;
  /** The scheduler's part: its address, and how many executors the application may have. */
  readonly schedulerArguments: readonly string[];
  readonly propertiesFile: string;
  readonly python: string;
  readonly name: string;
  /** Path of the script, absolute or relative to the folder of scripts. */
  readonly script: string;
  /** The script's own arguments. */
  readonly args: readonly string[];
  /** Environment variables of the executors. */
  readonly executorEnvironment: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** The connector: as jars that every node has, or as a package that Ivy resolves on every submit. */
  readonly connector: { readonly jars: readonly string[] } | { readonly packages: string };
  readonly shufflePartitions: number;
  /** For checkpoints in local folders: the jar with `millrace.LocalFiles`, and what uses it (`local-files.ts`). */
  readonly localFiles?: { readonly jar: string; readonly settings: Readonly<Record<string, string>> } | undefined;
  /** A class data archive, readable by driver and executors: see `src/provision/class-archive.ts`. */
  readonly classArchive?: ClassArchive;
}

export interface ClassArchive {
  readonly path: string;
  /** The jars before Spark's with which the archive was made: the connector's, and the one with `millrace.LocalFiles`. */
  readonly classPath: readonly string[];
}

/** Without it a JVM that is out of memory keeps running without the thread that failed, and the run never ends. */
const EXIT_WHEN_OUT_OF_MEMORY = '-XX:+ExitOnOutOfMemoryError';
/** Only the first of Java's compilers: a driver mostly plans and waits, and saves 10 of 26 s of CPU time (measured, a short stream). */
const COMPILE_QUICKLY = '-XX:TieredStopAtLevel=1';

/**
 * An executor compiles as it reads. The second compiler costs more than the records of a short backlog, so only methods that are called
 * five times as often as Java would have it get there: a million records take 3 s of CPU less, and no more time. The collector is one
 * for a single thread, which an executor of one core is; it takes 1.5 s of CPU less than Java's own. A Java that does not know one of
 * them goes on without it.
 */
const EXECUTOR_OPTIONS = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  '-XX:Tier4InvocationThreshold=25000',
  '-XX:Tier4MinInvocationThreshold=3000',
  '-XX:Tier4CompileThreshold=75000',
  '-XX:Tier4BackEdgeThreshold=200000',
  '-XX:+UseSerialGC',
];

/**
 * Half of a small heap is for new objects: each record makes much garbage and leaves little. What Spark keeps in memory fits into the
 * rest, which of a large heap has to be more than half.
 */
const MOST_FOR_NEW_OBJECTS_MB = 512;
const sizeForNewObjects = (memory: string): string =>
  `-Xmn${Math.min(MOST_FOR_NEW_OBJECTS_MB, Math.floor(sizeInMegabytes(memory) / 2))}m`;

/**
 * By default Java 17 maps an archive at another address, which takes 150 MB of memory in each process; at its own address all
 * processes share it. Java also prints on stdout why it uses no archive, and Java 25 prints even when it uses one.
 */
const ARCHIVE_OPTIONS = '-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Xlog:cds*=off';

/**
 * What the driver's page keeps of the past. After 1,000 batches of two small queries a driver of 512 MB holds 92 MB with these
 * values, and 116 MB with Spark's own (1,000 jobs, stages and queries, 100,000 tasks), which more stages and tasks would raise.
 */
const RETAINED = {
  'spark.ui.retainedJobs': 100,
  'spark.ui.retainedStages': 100,
  'spark.ui.retainedTasks': 1_000,
  'spark.sql.ui.retainedExecutions': 50,
  'spark.sql.streaming.ui.retainedQueries': 10,
  'spark.sql.streaming.ui.retainedProgressUpdates': 50,
  'spark.sql.streaming.numRecentProgressUpdates': 10,
};

/** The whole command line of `spark-submit`. It holds no secret: those are in the properties file. */
export function buildSubmitLine(options: SubmitLineOptions): string[] {
  const { connector, resources } = options;
  const javaOptions = [EXIT_WHEN_OUT_OF_MEMORY, ...archiveOption(options.classArchive?.path)];
  const settings: Record<string, string | number> = {
    'spark.driver.extraJavaOptions': [...javaOptions, COMPILE_QUICKLY].join(' '),
    'spark.executor.extraJavaOptions': [
      ...javaOptions,
      ...EXECUTOR_OPTIONS,
      sizeForNewObjects(resources.executorMemory),
    ].join(' '),
    'spark.executor.memory': resources.executorMemory,
    'spark.pyspark.python': options.python,
    'spark.pyspark.driver.python': options.python,
    'spark.sql.shuffle.partitions': options.shufflePartitions,
    'spark.sql.session.timeZone': 'UTC',
    'spark.ui.showConsoleProgress': 'false',
    ...RETAINED,
    ...options.localFiles?.settings,
    ...classPathSettings(options),
    ...Object.fromEntries(
      Object.entries(options.executorEnvironment).map(([name, value]) => [`spark.executorEnv.${name}`, value]),
    ),
  };
  return [
    options.sparkSubmit,
    ...options.schedulerArguments,
    ...['--name', options.name],
    ...['--properties-file', options.propertiesFile],
    ...('jars' in connector ? ['--jars', connector.jars.join(',')] : ['--packages', connector.packages]),
    ...['--driver-memory', resources.driverMemory],
    ...Object.entries(settings).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    options.script,
    ...options.args,
  ];
}

/**
 * What comes before Spark's jars: the same as when the archive was made. The connector stays in `--jars` too, since a script may
 * set a class path of its own. With `--packages` Ivy chooses the connector, and no other may come before it.
 */
function classPathSettings({ classArchive, connector, localFiles }: SubmitLineOptions): Record<string, string> {
  const jars = 'jars' in connector ? classArchive?.classPath : undefined;
  const classPath = (jars ?? (localFiles ? [localFiles.jar] : [])).join(':');
  return classPath === ''
    ? {}
    : { 'spark.driver.extraClassPath': classPath, 'spark.executor.extraClassPath': classPath };
}

/** In quotes where needed: Spark splits the options of a JVM like a shell, and a path may contain a blank. */
function archiveOption(path: string | undefined): string[] {
  if (path === undefined) return [];
  const option = `-XX:SharedArchiveFile=${path}`;
  return [ARCHIVE_OPTIONS, /^[\w./=:+-]+$/.test(option) ? option : `"${option.replace(/["\\]/g, '\\$&')}"`];
}

/** The Kafka connector as Maven names it: `org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0`. */
export function connectorPackage(sparkVersion: string, scalaVersion: string): string {
  return `org.apache.spark:spark-sql-kafka-0-10_${scalaVersion}:${sparkVersion}`;
}

/** A size as Spark spells it, in megabytes: `512m` is 512, `1g` is 1024. */
export function sizeInMegabytes(size: string): number {
  return Number(size.slice(0, -1)) * (size.endsWith('g') ? 1024 : 1);
}
