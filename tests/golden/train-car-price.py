"""Trains the car-price model on the listings of a topic and saves it as a new version."""

import json
import math
import os
import shutil
import sys
import time
from datetime import datetime, timezone

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import (
    Imputer,
    OneHotEncoder,
    SQLTransformer,
    StringIndexer,
    StringIndexerModel,
    VectorAssembler,
)
from pyspark.ml.regression import GBTRegressor, LinearRegression, RandomForestRegressor
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from millrace_records import FAULTY, SCHEMA_OF, Shape, check

APP_NAME = "golden-1"
BOOTSTRAP_SERVERS = "127.0.0.1:9092"
TOPIC = "cars"
RUN_FOLDER = "/home/ada/project/.millrace/data/runs/golden-1"
MODEL_FOLDER = "/home/ada/project/.millrace/data/models/car-price"
VERSION = "v1"
ALGORITHM = "random-forest"
TREES = 50
DEPTH = None
SEED = 20
MAX_YEAR = 2020

SOURCE = {
    "kafka.bootstrap.servers": BOOTSTRAP_SERVERS,
    "kafka.isolation.level": "read_committed",
    "subscribe": TOPIC,
    "startingOffsets": "earliest",
    "endingOffsets": "latest",
}
VALUES = {
    "make": "STRING",
    "model": "STRING",
    "year": "BIGINT",
    "price": "BIGINT",
    "transmission": "STRING",
    "mileage": "BIGINT",
    "fuel_type": "STRING",
    "tax": "BIGINT",
    "mpg": "DOUBLE",
    "engine_size": "DOUBLE",
}
LISTING = Shape(schema="car-listing/1", fields={"source": "STRING", **VALUES})
CATEGORIES = ["make_model", "make", "transmission", "fuel_type"]
NUMBERS = ["year", "mileage", "tax", "mpg", "engine_size"]
REASONS = ["unreadable", "otherSchema", "incomplete", "unpriced", "lateYear", "duplicate", "generated"]

SETTINGS = {
    # One partition for each of two cores: adaptive execution would merge so little data into one partition, and each further
    # partition sends the forest's statistics through a shuffle once more. Kryo makes these smaller than Java serialization.
    "spark.sql.shuffle.partitions": 2,
    "spark.sql.adaptive.enabled": False,
    # A fitted forest is saved from the driver's memory: in many tasks, so that none of them is too big to be serialized.
    "spark.sql.leafNodeDefaultParallelism": 32,
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    "spark.sql.session.timeZone": "UTC",
}
TEST_ONE_IN = 5
HIDE_MODEL_ONE_IN = 20
HIDE_MAKE_ONE_IN = 100
MIN_TRAIN_ROWS = 100
USUAL_DEPTH = {"random-forest": 15, "gradient-boosted": 8, "linear": None}
# Every model name is a category, and trees need at least one bin for each; more bins make the splits more precise.
MIN_BINS = 256
MAX_MEMORY_MB = 256


class TrainingRefused(Exception):
    """Something that the user can fix; the message is shown as it is."""


class Stopwatch:
    def __init__(self) -> None:
        self.laps = {}
        self.started = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self.started, 1)
        self.started = now


def read_records(spark: SparkSession) -> DataFrame:
    return spark.read.format("kafka").options(**SOURCE).load()


def parse_listings(records: DataFrame) -> DataFrame:
    """Reads as strictly as the streams do."""
    checked = check(records, LISTING)
    other_schema = F.coalesce(F.col(SCHEMA_OF) != LISTING.schema, F.lit(False))
    return checked.select(*LISTING.fields, F.col(FAULTY).alias("unreadable"), other_schema.alias("other_schema"))


def reason_to_leave_out() -> Column:
    incomplete = F.col("make").isNull() | F.col("model").isNull() | F.col("year").isNull()
    return (
        F.when(F.col("other_schema"), "otherSchema")
        .when(F.col("unreadable"), "unreadable")
        .when(incomplete, "incomplete")
        .when(F.coalesce("price", F.lit(0)) <= 0, "unpriced")
        .when(F.col("year") > MAX_YEAR, "lateYear")
    )


def digest() -> Column:
    # Depends on a row's own values alone: the same on every machine, for any partitioning and row order.
    spelled = [F.coalesce(F.col(name).cast("string"), F.lit("null")) for name in VALUES]
    return F.crc32(F.concat_ws(",", *spelled))


def without_duplicates(listings: DataFrame) -> DataFrame:
    generated = F.coalesce(F.col("source").startswith("generated/"), F.lit(False))
    marked = listings.select(*VALUES, reason_to_leave_out().alias("reason"), generated.alias("generated"))
    distinct = marked.groupBy(*marked.columns).agg(F.count("*").alias("copies"))
    # With a fixed order inside each partition the forest's sampling, and so the model, is the same every time.
    ordered = distinct.sortWithinPartitions(*marked.columns)
    return ordered.withColumn("digest", digest()).withColumn("is_test", F.col("digest") % TEST_ONE_IN == 0)


def summarize(listings: DataFrame) -> list[Row]:
    return (
        listings.groupBy("generated", "reason", "is_test")
        .agg(
            F.count("*").alias("listings"),
            F.sum("copies").alias("records"),
            F.expr("percentile(price, 0.5)").alias("median_price"),
            *[F.count(name).alias(name) for name in NUMBERS],
        )
        .collect()
    )


def count_rows(summary: list[Row], use_generated: bool) -> dict:
    left_out = dict.fromkeys(REASONS, 0)
    rows = {"read": 0, "train": 0, "test": 0, "leftOut": left_out}
    for group in summary:
        rows["read"] += group.records
        if group.generated and not use_generated:
            left_out["generated"] += group.records
        elif group.reason:
            left_out[group.reason] += group.records
        else:
            left_out["duplicate"] += group.records - group.listings
            rows["test" if group.is_test else "train"] += group.listings
    return rows


def list_counts(counts: dict) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "none"


def refuse_too_few(rows: dict) -> None:
    if rows["train"] < MIN_TRAIN_ROWS or rows["test"] == 0:
        left_out = list_counts(rows["leftOut"])
        raise TrainingRefused(
            f"Too few listings in topic {TOPIC}: {rows['train']} to train on and {rows['test']} to test on, where "
            f"{MIN_TRAIN_ROWS} and 1 are the least; {rows['read']} records were read, left out: {left_out}"
        )


def hide_some_names(train: DataFrame) -> DataFrame:
    # Trees treat a category without rows as the most expensive of all. A few rows with an unknown name teach them what a car
    # of an unknown model is worth. The digest chooses these rows among those that the split uses for training.
    hides_model = F.col("digest") % HIDE_MODEL_ONE_IN == 1
    hides_make = F.col("digest") % HIDE_MAKE_ONE_IN == 1
    return train.withColumns(
        {
            "model": F.when(hides_model, "?").otherwise(F.col("model")),
            "make": F.when(hides_make, "?").otherwise(F.col("make")),
        }
    )


def choose_regressor(bins: int) -> GBTRegressor | LinearRegression | RandomForestRegressor:
    columns = {"featuresCol": "features", "labelCol": "log_price", "predictionCol": "predicted_log_price"}
    if ALGORITHM == "linear":
        # Make and model overlap, so a fit without regularization has no single solution; this value changes no prediction.
        return LinearRegression(regParam=1e-6, **columns)
    trees = {"maxDepth": tree_depth(), "maxBins": bins, "seed": SEED, "maxMemoryInMB": MAX_MEMORY_MB}
    if ALGORITHM == "gradient-boosted":
        return GBTRegressor(maxIter=TREES, stepSize=0.1, **trees, **columns)
    return RandomForestRegressor(numTrees=TREES, **trees, **columns)


def tree_depth() -> int | None:
    return USUAL_DEPTH[ALGORITHM] if DEPTH is None else DEPTH


def fit_pipeline(train: DataFrame, numbers: list[str]) -> PipelineModel:
    """The whole way from a listing to pounds, so that whoever loads the model needs nothing else."""
    indexed = [f"{name}_index" for name in CATEGORIES]
    filled = [f"{name}_filled" for name in numbers]
    combine = SQLTransformer(statement="SELECT *, concat_ws(' ', make, model) AS make_model FROM __THIS__")
    indexer = StringIndexer(inputCols=CATEGORIES, outputCols=indexed, handleInvalid="keep")
    indexer = indexer.fit(combine.transform(train))
    imputer = Imputer(inputCols=numbers, outputCols=filled, strategy="median")
    stages = [combine, indexer, imputer]
    if ALGORITHM == "linear":
        stages.append(OneHotEncoder(inputCols=indexed, outputCols=[f"{name}_flags" for name in CATEGORIES]))
        indexed = stages[-1].getOutputCols()
    stages.append(VectorAssembler(inputCols=[*indexed, *filled], outputCol="features"))
    stages.append(choose_regressor(bins=max(MIN_BINS, count_categories(indexer) + 1)))
    stages.append(SQLTransformer(statement="SELECT *, exp(predicted_log_price) AS predicted_price FROM __THIS__"))
    return Pipeline(stages=stages).fit(hide_some_names(train).withColumn("log_price", F.log("price")))


def count_categories(indexer: StringIndexerModel) -> int:
    return max(len(labels) for labels in indexer.labelsArray)


def measure(scored: DataFrame, median_price: float) -> tuple[dict, dict]:
    def errors(prediction: Column, name: str) -> list[Column]:
        error = prediction - F.col("price")
        return [F.avg(F.abs(error)).alias(f"{name}_mae"), F.avg(error * error).alias(f"{name}_mse")]

    model = errors(F.col("predicted_price"), "model")
    baseline = errors(F.lit(median_price), "baseline")
    found = scored.agg(F.var_pop("price").alias("variance"), *model, *baseline).first()
    if not all(math.isfinite(value) for value in found):
        raise TrainingRefused(f"The prices of {ALGORITHM} are no finite numbers: topic {TOPIC} must hold absurd values")
    return score(found, "model"), score(found, "baseline")


def score(found: Row, name: str) -> dict:
    mean_squared_error = found[f"{name}_mse"]
    return {
        "r2": 1 - mean_squared_error / found.variance if found.variance else 0.0,
        "mae": found[f"{name}_mae"],
        "rmse": mean_squared_error**0.5,
    }


def save_version(model: PipelineModel, metrics: dict, schema: dict) -> str:
    # The folder gets its final name only when it is complete, so every version that can be seen is complete.
    incomplete = os.path.join(MODEL_FOLDER, f".{VERSION}-incomplete")
    complete = os.path.join(MODEL_FOLDER, VERSION)
    shutil.rmtree(incomplete, ignore_errors=True)
    os.makedirs(incomplete)
    # Hadoop does not decode paths: Path.as_uri() would make a folder called "my%20models".
    model.save(f"file://{incomplete}/pipeline")
    write_json(os.path.join(incomplete, "metrics.json"), metrics)
    write_json(os.path.join(incomplete, "schema.json"), schema)
    refuse_existing_version()
    os.rename(incomplete, complete)
    return complete


def refuse_existing_version() -> None:
    path = os.path.join(MODEL_FOLDER, VERSION)
    if os.path.lexists(path):
        raise TrainingRefused(f"Version {VERSION} exists already and is never overwritten: {path}")


def write_json(path: str, content: dict) -> None:
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, allow_nan=False)
        file.write("\n")
    os.replace(f"{path}.tmp", path)


def describe_application(spark: SparkSession) -> dict:
    return {"id": spark.sparkContext.applicationId, "ui": spark.sparkContext.uiWebUrl, "settled": True}


def describe_training(spark: SparkSession, use_generated: bool) -> dict:
    return {
        "algorithm": ALGORITHM,
        "parameters": {
            "trees": TREES,
            "depth": tree_depth(),
            "seed": SEED,
            "maxYear": MAX_YEAR,
            "testShare": 1 / TEST_ONE_IN,
        },
        "topic": TOPIC,
        "generated": use_generated,
        "spark": spark.version,
        "trained_at": datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def describe_columns(model: PipelineModel, numbers: list[str]) -> dict:
    indexer = model.stages[1]
    return {
        "schema": LISTING.schema,
        "inputs": {name: kind.lower() for name, kind in VALUES.items() if name != "price"},
        "unused": [name for name in NUMBERS if name not in numbers],
        "categories": {name: len(labels) for name, labels in zip(CATEGORIES, indexer.labelsArray)},
        "label": {"name": "price", "transform": "log"},
        "output": {"name": "predicted_price", "type": "double", "unit": "GBP"},
    }


def train_model(spark: SparkSession) -> dict:
    seconds = Stopwatch()
    listings = without_duplicates(parse_listings(read_records(spark))).cache()
    summary = summarize(listings)
    usable = [group for group in summary if group.reason is None]
    use_generated = all(group.generated for group in usable)
    rows = count_rows(summary, use_generated)
    refuse_too_few(rows)
    seconds.lap("read")

    chosen = listings.where(F.col("reason").isNull() & (F.col("generated") == use_generated))
    known = next(group for group in usable if group.generated == use_generated and not group.is_test)
    numbers = [name for name in NUMBERS if known[name] > 0]
    model = fit_pipeline(chosen.where(~F.col("is_test")), numbers)
    seconds.lap("fit")

    metrics, baseline = measure(model.transform(chosen.where("is_test")), known.median_price)
    seconds.lap("evaluate")

    outcome = {"rows": rows, "metrics": metrics, "baseline": baseline}
    training = describe_training(spark, use_generated)
    path = save_version(model, {**outcome, **training}, describe_columns(model, numbers))
    seconds.lap("save")
    result = {"model": "car-price", "version": VERSION, "path": path, "generated": use_generated}
    return {**result, **outcome, "seconds": seconds.laps}


def describe(result: dict) -> str:
    rows, metrics, baseline = result["rows"], result["metrics"], result["baseline"]
    return "\n".join(
        [
            f"Read {rows['read']:,} records: {rows['train']:,} to train on, {rows['test']:,} to test on",
            f"Left out: {list_counts(rows['leftOut'])}",
            f"{ALGORITHM}: R2 {metrics['r2']:.3f}, MAE {metrics['mae']:,.0f}, RMSE {metrics['rmse']:,.0f} pounds",
            f"(always saying the median price: MAE {baseline['mae']:,.0f}, RMSE {baseline['rmse']:,.0f})",
            f"Saved version {result['version']} in {result['path']}",
        ]
    )


def main() -> None:
    result_path = os.path.join(RUN_FOLDER, "result.json")
    try:
        refuse_existing_version()
        spark = SparkSession.builder.appName(APP_NAME).config(map=SETTINGS).getOrCreate()
        write_json(os.path.join(RUN_FOLDER, "application.json"), describe_application(spark))
        result = train_model(spark)
    except TrainingRefused as refusal:
        write_json(result_path, {"error": str(refusal)})
        sys.exit(str(refusal))
    write_json(result_path, result)
    print(describe(result))
    spark.stop()


if __name__ == "__main__":
    main()
