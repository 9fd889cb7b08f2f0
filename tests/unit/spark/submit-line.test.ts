import { buildSubmitLine, connectorPackage, type SubmitLineOptions } from '../../../src/spark/submit-line.js';
import { toShell } from '../../../src/targets/shell.js';

const options: SubmitLineOptions = {
  sparkSubmit: '/spark/bin/spark-submit',
  master: 'spark://127.0.0.1:7077',
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

describe('buildSubmitLine', () => {
  test('gives the whole command', () => {
    expect(toShell(buildSubmitLine(options))).toBe(
      [
        '/spark/bin/spark-submit --master spark://127.0.0.1:7077 --deploy-mode client --name windowed-news-3',
        '--properties-file /project/spark.conf --jars local:/jars/a.jar,local:/jars/b.jar --driver-memory 1g',
        '--conf spark.cores.max=2 --conf spark.executor.cores=1',
        "--conf 'spark.driver.extraJavaOptions=-XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1'",
        '--conf spark.executor.extraJavaOptions=-XX:+ExitOnOutOfMemoryError --conf spark.executor.memory=512m',
        '--conf spark.pyspark.python=/venv/bin/python --conf spark.pyspark.driver.python=/venv/bin/python',
        '--conf spark.sql.shuffle.partitions=2 --conf spark.sql.session.timeZone=UTC',
        '--conf spark.ui.showConsoleProgress=false windowed-news-3.py',
      ].join(' '),
    );
  });

  test('can leave the connector to Ivy', () => {
    const packages = connectorPackage('4.2.0', '2.13');
    const line = buildSubmitLine({ ...options, connector: { packages } });
    expect(line).not.toContain('--jars');
    expect(line[line.indexOf('--packages') + 1]).toBe('org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0');
  });
});
