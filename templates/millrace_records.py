"""Strict reading of Kafka records that hold one JSON object each: streams, training and scoring read alike.

It lies beside the scripts and needs only pyspark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# A text that is a key, or a part of a result, must fit into a record of its own.
MAX_TEXT = 1_000
# What a dead letter holds of a record: JSON writes a character in up to six bytes, and a producer takes 1,048,576 in all.
MAX_LETTER_VALUE = 100_000
EVENTS_FROM = "1971-01-01"
TYPE_NAMES = {"STRING": "text", "BIGINT": "a whole number", "DOUBLE": "a number", "TIMESTAMP": "a date and time"}
WHOLE_BELOW = 2**53  # a DOUBLE holds every whole number below
MORE_BEHIND = "there is more behind its JSON object"
# Kafka's columns beside the fields of a shape, which may have the same names.
KAFKA_COLUMNS = ["topic", "partition", "offset", "key", "value"]
# What `check` adds to each record, beside its fields: whether it is refused, and the name of its schema.
FAULTY = "_faulty"
SCHEMA_OF = "_row.schema"
# Stands behind the record in the text that is read: a record that closes its array too early leaves it out.
END = "end"


@dataclass(frozen=True)
class Shape:
    """What the JSON object of a record looks like.

    `fields` has a Spark type for each name that is read; others may stand in the object, too. A `BIGINT` is a whole number, also
    when it is written as 2017.0; a `TIMESTAMP` is text that begins with a date, as ISO 8601 has it, in UTC where it names no zone.
    A record whose own `schema` is another one is refused; one without `schema` is read.
    """

    schema: str
    fields: Mapping[str, str]
    required: Sequence[str] = ()
    event_time: str | None = None  # a TIMESTAMP, or a BIGINT of milliseconds since 1970; a record needs it
    events_from: str = EVENTS_FROM  # older events are refused: seconds where milliseconds belong lie in January 1970
    above_zero: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        needed = dict.fromkeys([*self.required, *([self.event_time] if self.event_time else [])])
        object.__setattr__(self, "required", list(needed))
        object.__setattr__(self, "fields", {name: _spelled(kind) for name, kind in self.fields.items()})


def _spelled(kind: str) -> str:
    """The types that are checked are known by their names in capitals."""
    return kind.upper() if kind.upper() in {*TYPE_NAMES, "ARRAY<STRING>"} else kind


def end_of_tomorrow() -> Column:
    """Milliseconds since 1970. A later event is refused: it would move the watermark past all others.

    The bound changes once a day, and not with each micro-batch: Spark compiles the code of a query anew when a constant changes.
    """
    return F.unix_millis(F.date_trunc("day", F.current_timestamp()) + F.expr("INTERVAL 2 DAYS"))


def check(records: DataFrame, shape: Shape) -> DataFrame:
    """Adds the fields of the shape to Kafka records, typed, and `_faulty`: whether the record is refused.

    The object is read inside of an array, so that a second object or any text behind the first one is an error. Spark would
    ignore it otherwise. What from_json cannot read keeps its text in a column of its own (SPARK-58457).
    """
    return _typed(_parsed(records, shape), shape).withColumn(FAULTY, _is_any(_faults(shape)))


def good(checked: DataFrame, shape: Shape) -> DataFrame:
    """The records that are not refused, with the fields of the shape alone."""
    return checked.where(f"NOT {FAULTY}").select(*shape.fields)


def bad(records: DataFrame, shape: Shape, latest_ms: int) -> DataFrame:
    """The records that are refused, as dead letters with the reason. `latest_ms` is the `end_of_tomorrow` of their batch.

    A letter stays well below the size that a producer takes: a longer value is cut, and its hash is told. `bytes` is its length.
    """
    # Only here, where few records are: what the fields hold as text tells which of them has another type.
    raw = F.from_json(F.col("_value").cast("string"), ", ".join(f"{name} STRING" for name in shape.fields))
    # A number that Spark has to tell keeps it from putting the reading into each of the conditions.
    read = _parsed(records, shape).withColumn("_raw", raw).observe("read again", F.count(F.lit(1)).alias("rows"))
    faults = _faults(shape, raw="_raw", latest_ms=F.lit(latest_ms))
    reason = F.coalesce(*[F.when(condition, text) for condition, text in faults])
    faulty = _typed(read, shape).withColumn("reason", reason).where("reason IS NOT NULL")
    key, value = F.col("_key").cast("string"), F.col("_value").cast("string")
    is_cut = F.length(value) > MAX_LETTER_VALUE
    return faulty.select(
        *[F.col(f"_{name}").alias(name) for name in ("topic", "partition", "offset")],
        F.substring(key, 1, MAX_TEXT).alias("key"),
        F.substring(value, 1, MAX_LETTER_VALUE).alias("value"),
        "reason",
        F.octet_length("_value").cast("bigint").alias("bytes"),
        F.when(is_cut, F.sha2("_value", 256)).alias("sha256"),
    )


def _parsed(records: DataFrame, shape: Shape) -> DataFrame:
    fields = {"schema": "STRING", **{name: _json_type(kind) for name, kind in shape.fields.items()}}
    struct = ", ".join(f"{name}: {kind}" for name, kind in fields.items())
    text = F.col("value").cast("string")
    within = F.concat(F.lit('{"rows":['), text, F.lit(f'],"{END}":true}}'))
    options = {"columnNameOfCorruptRecord": "_corrupt"}
    json = F.from_json(within, f"rows ARRAY<STRUCT<{struct}>>, {END} BOOLEAN, _corrupt STRING", options)
    return records.select(*[F.col(name).alias(f"_{name}") for name in KAFKA_COLUMNS], json.alias("_json"))


def _json_type(kind: str) -> str:
    """Spark reads 2025 and 12:30 as times, and no 2017.0 as a whole number. So both are read as something else, and checked."""
    return {"TIMESTAMP": "STRING", "BIGINT": "DOUBLE"}.get(kind, kind)


def _typed(parsed: DataFrame, shape: Shape) -> DataFrame:
    parsed = parsed.withColumn("_row", F.get("_json.rows", F.lit(0)))
    typed = {name: _as_type(F.col(f"_row.{name}"), kind) for name, kind in shape.fields.items()}
    return parsed.withColumns(typed)


def _as_type(value: Column, kind: str) -> Column:
    if kind == "BIGINT":
        return F.when((F.abs(value) < WHOLE_BELOW) & (value == F.floor(value)), value.cast("bigint"))
    if kind == "DOUBLE":
        return F.when(F.abs(value) < float("inf"), value)  # NaN counts as greater than all numbers
    if kind == "TIMESTAMP":
        is_date = (F.substring(value, 5, 1) == "-") & (F.substring(value, 8, 1) == "-")
        return F.when(is_date, F.try_to_timestamp(value))
    return value


Fault = tuple[Column, Column]


def _faults(shape: Shape, raw: str = "_row", latest_ms: Column | None = None) -> list[Fault]:
    """Conditions in their order, none of them null, each with what a dead letter says. `raw` has the fields as they came."""
    schema = F.col(SCHEMA_OF)
    return [
        (F.col("_json").isNull(), F.lit("the value is null")),
        (_is(F.size("_json.rows") > 1), F.lit("there is more than one object in the record")),
        (F.col("_row").isNull(), _why_unread(shape, raw)),
        (F.col(f"_json.{END}").isNull() & F.col("_json._corrupt").isNull(), F.lit(MORE_BEHIND)),
        *[_type_fault(name, kind, F.col(f"{raw}.{name}")) for name, kind in shape.fields.items()],
        (F.col("_json._corrupt").isNotNull(), F.lit("a part of it has another type than was expected")),
        (
            F.coalesce(schema != shape.schema, F.lit(False)),
            F.concat(F.lit("its schema is "), F.substring(schema, 1, 50)),
        ),
        *[(F.col(name).isNull(), F.lit(f"{name} is missing")) for name in shape.required],
        *[fault for name, kind in shape.fields.items() for fault in _text_faults(name, kind, name in shape.required)],
        *[(_is(F.col(name) <= 0), F.lit(f"{name} is not above 0")) for name in shape.above_zero],
        *(_time_faults(shape, end_of_tomorrow() if latest_ms is None else latest_ms) if shape.event_time else []),
    ]


def _is(condition: Column) -> Column:
    return F.coalesce(condition, F.lit(False))


def _is_any(faults: list[Fault]) -> Column:
    return reduce(or_, [condition for condition, _ in faults])


def _type_fault(name: str, kind: str, given: Column) -> Fault:
    what = TYPE_NAMES.get(kind, "a list" if kind.startswith("ARRAY") else kind)
    return given.isNotNull() & F.col(name).isNull(), F.lit(f"{name} is not {what}")


def _why_unread(shape: Shape, raw: str) -> Column:
    begins_well = reduce(or_, [F.col(f"{raw}.{name}").isNotNull() for name in shape.fields])
    return F.when(begins_well, MORE_BEHIND).otherwise("the value is not the JSON that was expected")


def _text_faults(name: str, kind: str, is_required: bool) -> list[Fault]:
    column = F.col(name)
    too_long = F.lit(f"{name} is longer than {MAX_TEXT:,} characters")
    if kind == "STRING":
        empty = [(_is(column == ""), F.lit(f"{name} is empty"))] if is_required else []
        return [*empty, (_is(F.length(column) > MAX_TEXT), too_long)]
    if kind == "ARRAY<STRING>":
        without = F.exists(column, lambda text: text.isNull() | (text == ""))
        return [
            (_is(without), F.lit(f"{name} has an entry without text")),
            (_is(F.exists(column, lambda text: F.length(text) > MAX_TEXT)), too_long),
        ]
    return []


def _time_faults(shape: Shape, latest_ms: Column) -> list[Fault]:
    name = shape.event_time
    milliseconds = event_ms(shape)
    earliest = F.unix_millis(F.lit(shape.events_from).cast("timestamp"))
    before = F.lit(f"{name} lies before {shape.events_from}")
    if shape.fields[name] == "BIGINT":
        seconds = F.lit(f", which lies before {shape.events_from}: seconds, where milliseconds belong?")
        before = F.concat(F.lit(f"{name} is "), F.col(name).cast("string"), seconds)
    return [
        (_is(milliseconds < earliest), before),
        (_is(milliseconds >= latest_ms), F.lit(f"{name} lies in the future")),
    ]


def event_ms(shape: Shape) -> Column:
    """The event time of checked records in milliseconds since 1970."""
    time = F.col(shape.event_time)
    return time if shape.fields[shape.event_time] == "BIGINT" else F.unix_millis(time)
