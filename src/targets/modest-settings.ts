/** Spark properties for programs that the user starts: without them one shell would take all cores of the cluster. */
export function modestSettings(python: string): Record<string, string> {
  return {
    'spark.cores.max': '1',
    'spark.executor.cores': '1',
    'spark.executor.memory': '512m',
    'spark.driver.memory': '512m',
    // With Spark's usual 200 partitions, 200 tasks would run one after another on the one core.
    'spark.sql.shuffle.partitions': '2',
    'spark.sql.session.timeZone': 'UTC',
    'spark.pyspark.python': python,
  };
}
