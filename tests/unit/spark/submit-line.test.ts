import { buildSubmitLine, connectorPackage, type SubmitLineOptions } from '../../../src/spark/submit-line.js';
import { toShell } from '../../../src/targets/shell.js';

const options: SubmitLineOptions = {
  sparkSubmit: '/spark/bin/spark-submit',
  schedulerArguments: ['--master', 'spark://here:7077', '--conf', 'spark.cores.max=2'],
  propertiesFile: '/project/spark.conf',
  python: '/venv/bin/python',
  name: 'windowed-news-3',
  script: 'windowed-news-3.py',
  resources: { cores: 2, executorMemory: '512m', driverMemory: '1g' },
  connector: { jars: ['local:/jars/a.jar', 'local:/jars/b.jar'] },
  args: [],
  executorEnvironment: {},
  shufflePartitions: 2,
};

const compile =
  '-XX:+IgnoreUnrecognizedVMOptions -XX:Tier4InvocationThreshold=25000 -XX:Tier4MinInvocationThreshold=3000';
const executor = `${compile} -XX:Tier4CompileThreshold=75000 -XX:Tier4BackEdgeThreshold=200000 -XX:+UseSerialGC -Xmn256m`;

describe('buildSubmitLine', () => {
  test('gives the whole command', () => {
    expect(toShell(buildSubmitLine(options))).toBe(
      [
        '/spark/bin/spark-submit --master spark://here:7077 --conf spark.cores.max=2 --name windowed-news-3',
        '--properties-file /project/spark.conf --jars local:/jars/a.jar,local:/jars/b.jar --driver-memory 1g',
        "--conf 'spark.driver.extraJavaOptions=-XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1'",
        `--conf 'spark.executor.extraJavaOptions=-XX:+ExitOnOutOfMemoryError ${executor}' --conf spark.executor.memory=512m`,
        '--conf spark.pyspark.python=/venv/bin/python --conf spark.pyspark.driver.python=/venv/bin/python',
        '--conf spark.sql.shuffle.partitions=2 --conf spark.sql.session.timeZone=UTC',
        '--conf spark.ui.showConsoleProgress=false',
        '--conf spark.ui.retainedJobs=100 --conf spark.ui.retainedStages=100 --conf spark.ui.retainedTasks=1000',
        '--conf spark.sql.ui.retainedExecutions=50 --conf spark.sql.streaming.ui.retainedQueries=10',
        '--conf spark.sql.streaming.ui.retainedProgressUpdates=50',
        '--conf spark.sql.streaming.numRecentProgressUpdates=10 windowed-news-3.py',
      ].join(' '),
    );
  });

  test.each([
    ['/cache/spark.jsa', '-XX:SharedArchiveFile=/cache/spark.jsa'],
    ['/my "cache"/spark.jsa', '"-XX:SharedArchiveFile=/my \\"cache\\"/spark.jsa"'],
  ])('hands the archive %s to driver and executors, in one piece', (path, option) => {
    const line = buildSubmitLine({ ...options, classArchive: { path, classPath: [] } });
    const java = `-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Xlog:cds*=off ${option}`;
    expect(line).toContain(`spark.driver.extraJavaOptions=-XX:+ExitOnOutOfMemoryError ${java} -XX:TieredStopAtLevel=1`);
    expect(line).toContain(`spark.executor.extraJavaOptions=-XX:+ExitOnOutOfMemoryError ${java} ${executor}`);
  });

  test.each([
    ['1g', 512],
    ['8g', 512],
    ['600m', 300],
  ])('gives new objects of an executor with %s at most half of it: %d MB', (executorMemory, size) => {
    const line = buildSubmitLine({ ...options, resources: { ...options.resources, executorMemory } });
    expect(line.find((one) => one.startsWith('spark.executor.extraJavaOptions'))).toMatch(new RegExp(`-Xmn${size}m$`));
  });

  test('has the connector before Spark on the class path where the archive was made so', () => {
    const classArchive = { path: '/cache/spark.jsa', classPath: ['/my jars/a,b.jar', '/my jars/c.jar'] };
    const line = buildSubmitLine({ ...options, classArchive });
    expect(line).toContain('spark.driver.extraClassPath=/my jars/a,b.jar:/my jars/c.jar');
    expect(line).toContain('spark.executor.extraClassPath=/my jars/a,b.jar:/my jars/c.jar');
    expect(line[line.indexOf('--jars') + 1]).toBe('local:/jars/a.jar,local:/jars/b.jar');
    const packages = buildSubmitLine({ ...options, classArchive, connector: { packages: 'a:b:1' } });
    expect(packages.join()).not.toContain('extraClassPath');
  });

  test.each([
    ['alone', {}, '/cache/local-files.jar'],
    ['with --packages', { connector: { packages: 'a:b:1' } }, '/cache/local-files.jar'],
    ['with an archive', { classArchive: { path: '/x.jsa', classPath: ['/l.jar', '/k.jar'] } }, '/l.jar:/k.jar'],
  ])('has the jar for local files on the class path, %s', (_, more, classPath) => {
    const localFiles = { jar: '/cache/local-files.jar', settings: { 'spark.hadoop.fs.file.impl': 'a.B' } };
    const line = buildSubmitLine({ ...options, localFiles, ...more });
    expect(line).toContain('spark.hadoop.fs.file.impl=a.B');
    expect(line).toContain(`spark.driver.extraClassPath=${classPath}`);
    expect(line).toContain(`spark.executor.extraClassPath=${classPath}`);
  });

  test('can leave the connector to Ivy', () => {
    const packages = connectorPackage('4.2.0', '2.13');
    const line = buildSubmitLine({ ...options, connector: { packages } });
    expect(line).not.toContain('--jars');
    expect(line[line.indexOf('--packages') + 1]).toBe('org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0');
  });

  test("puts a script's own arguments last, as they are, and tells the executors what it is told", () => {
    const args = ['--window', '10s', '--conf', 'a b'];
    const executorEnvironment = { PYTHONPATH: '/data/src/mine-1-files', MILLRACE_BOOTSTRAP_SERVERS: 'broker:29092' };
    const line = buildSubmitLine({ ...options, script: 'mine-1.py', args, executorEnvironment });
    expect(line.slice(line.indexOf('mine-1.py'))).toEqual(['mine-1.py', ...args]);
    const settings = line.slice(0, line.indexOf('mine-1.py')).filter((_, index, all) => all[index - 1] === '--conf');
    expect(settings.filter((setting) => setting.startsWith('spark.executorEnv.'))).toEqual([
      'spark.executorEnv.PYTHONPATH=/data/src/mine-1-files',
      'spark.executorEnv.MILLRACE_BOOTSTRAP_SERVERS=broker:29092',
    ]);
  });
});
