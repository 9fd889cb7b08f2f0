import { execFileSync } from 'node:child_process';
import { buildSubmitLine, connectorPackage, type SubmitLineOptions, toShell } from '../../../src/spark/submit-line.js';

const options: SubmitLineOptions = {
  sparkSubmit: '/spark/bin/spark-submit',
  master: 'spark://127.0.0.1:7077',
  propertiesFile: '/project/spark.conf',
  python: '/venv/bin/python',
  name: 'windowed-news-3',
  script: 'windowed-news-3.py',
  resources: { cores: 2, executorMemory: '512m', driverMemory: '1g' },
  connector: { jars: ['local:/jars/a.jar', 'local:/jars/b.jar'] },
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

describe('toShell', () => {
  test.each([
    ['plain', 'plain'],
    ['a=b,c:/d-e_f.@%+1', 'a=b,c:/d-e_f.@%+1'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(id)', "'$(id)'"],
    ['*', "'*'"],
    ['~', "'~'"],
    ['a\nb', "'a\nb'"],
  ])('writes %p as %s', (word, quoted) => {
    expect(toShell([word])).toBe(quoted);
  });

  test('a shell reads back every word as it was', () => {
    const words = [
      '',
      ' ',
      "'",
      '"',
      '\\',
      `'"'"'`,
      '$HOME',
      '`id`',
      '!x',
      '#',
      ';',
      '&&',
      '>x',
      '~/x',
      'a\n\nb',
      'Škoda',
      '{a,b}',
      '[x]',
      '?',
    ];
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${toShell(words)}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});
