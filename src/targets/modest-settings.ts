/** Spark properties of what is started by hand: without them one shell takes every core of the cluster and keeps it. */
export function modestSettings(python: string): Record<string, string> {
  return {
    'spark.cores.max': '1',
    'spark.executor.cores': '1',
    'spark.executor.memory': '512m',
    'spark.driver.memory': '512m',
    // On one core each of Spark's usual 200 would wait for the one before.
    'spark.sql.shuffle.partitions': '2',
    'spark.sql.session.timeZone': 'UTC',
    'spark.pyspark.python': python,
  };
}
