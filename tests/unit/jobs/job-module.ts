import { packagePath } from '../../../src/project/package-files.js';
import { askPython } from './python.js';

/** The module that streaming scripts import, as `job`; what it takes from pyspark is empty, so only what needs no Spark works. */
const IMPORT = `
import importlib.util, types
names = {
    "pyspark.sql": ["Column", "DataFrame", "Row", "SparkSession"],
    "pyspark.sql.streaming.listener": ["StreamingQueryListener"],
    "pyspark.sql.streaming.query": ["StreamingQuery"],
    "pyspark.sql.streaming.readwriter": ["DataStreamWriter"],
}
for name in ["pyspark", "pyspark.sql.streaming", *names]:
    module = types.ModuleType(name)
    module.__dict__.update({member: type(member, (), {}) for member in names.get(name, [])})
    sys.modules[name] = module
sys.modules["pyspark.sql"].functions = types.ModuleType("functions")
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("millrace_job", PATH)
job = importlib.util.module_from_spec(spec)
sys.modules["millrace_job"] = job
spec.loader.exec_module(job)
`;

/** As `askPython`, in a script that can use the module of the streaming jobs. */
export function askJobModule<T>(script: string, input: unknown, withinMs?: number): T {
  const path = JSON.stringify(packagePath('templates', 'millrace_job.py'));
  return askPython(`PATH = ${path}\n${IMPORT}\n${script}`, input, withinMs);
}
