/** What somebody would type who knows Spark and Kafka and nothing of millrace but the variable with the brokers. */
export const BY_HAND_SCRIPT = `import os
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("by-hand").getOrCreate()
kafka = {"kafka.bootstrap.servers": os.environ["MILLRACE_BOOTSTRAP_SERVERS"], "subscribe": "by-hand"}
records = spark.read.format("kafka").options(**kafka).load()
facts = [records.count(), spark.sparkContext.master, spark.conf.get("spark.cores.max")]
print("counted", *facts, spark.conf.get("spark.sql.session.timeZone"))
`;
