import {
  cleanCommand,
  cleanEnvironment,
  downloadEnvironment,
  leftOutVariables,
} from '../../../src/targets/clean-environment.js';

const FOREIGN = {
  SPARK_HOME: '/opt/spark',
  SPARK_CONF_DIR: '/etc/spark',
  PYSPARK_PYTHON: 'python2',
  PYTHONPATH: '/lib',
  PYTHONHOME: '/usr',
  CLASSPATH: '/jars',
  KAFKA_OPTS: '-Dx',
  HADOOP_CONF_DIR: '/etc/hadoop',
  JAVA_TOOL_OPTIONS: '-Xmx9g',
  JDK_JAVA_OPTIONS: '-Xmx9g',
};
const OWN = { HOME: '/home/ada', PATH: '/usr/bin', MY_SPARK_HOME: 'x', PYTHONUNBUFFERED: '1' };
const DOWNLOADS = {
  PIP_INDEX_URL: 'http://mirror',
  HTTPS_PROXY: 'http://proxy',
  SSL_CERT_FILE: '/ca',
  REQUESTS_CA_BUNDLE: '/ca',
};

describe('cleanEnvironment', () => {
  test('leaves out the settings of other installations, and sets UTF-8 and UTC', () => {
    const env = cleanEnvironment({ ...FOREIGN, ...OWN, LC_ALL: 'de_DE', TZ: 'Asia/Tokyo', UNSET: undefined });
    expect(env).toEqual({ ...OWN, LC_ALL: 'C.UTF-8', TZ: 'UTC' });
  });
});

describe('cleanCommand', () => {
  test('sets for a pasted command what is set for our own children, and takes the settings of other installations away', () => {
    expect(cleanCommand({ ...OWN, SPARK_REMOTE: 'sc://x', SPARK_HOME: '/opt/spark' }, { SPARK_HOME: '/ours' })).toEqual(
      [...['env', '-u', 'SPARK_REMOTE'], ...['LC_ALL=C.UTF-8', 'TZ=UTC', 'SPARK_HOME=/ours']],
    );
  });
});

describe('leftOutVariables', () => {
  test('names the variables that services and drivers do not get', () => {
    expect(leftOutVariables({ ...OWN, SPARK_HOME: '/opt/spark', KAFKA_OPTS: undefined })).toEqual([
      'SPARK_HOME=/opt/spark',
    ]);
    expect(leftOutVariables({ ...FOREIGN, ...OWN })).toHaveLength(Object.keys(FOREIGN).length);
  });
});

describe('downloadEnvironment', () => {
  test("keeps the user's mirrors, proxies and certificates, and Java's options, which may name a trust store", () => {
    const { JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS } = FOREIGN;
    const kept = { ...OWN, ...DOWNLOADS, JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, LC_ALL: 'C.UTF-8' };
    expect(downloadEnvironment({ ...FOREIGN, ...OWN, ...DOWNLOADS })).toEqual(kept);
  });
});
