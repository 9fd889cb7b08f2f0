import { packagePath } from '../../../src/project/package-files.js';
import { askPython } from './python.js';

/** The module that writes the progress of a run, as `progress`; what it takes from pyspark is empty. */
const IMPORT = `
import importlib.util, types
for name in ["pyspark", "pyspark.sql", "pyspark.sql.streaming", "pyspark.sql.streaming.listener"]:
    sys.modules[name] = types.ModuleType(name)
sys.modules["pyspark.sql.streaming.listener"].StreamingQueryListener = object
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("millrace_progress", PATH)
progress = importlib.util.module_from_spec(spec)
spec.loader.exec_module(progress)
`;

/** As `askPython`, in a script that can use that module. */
export function askProgressModule<T>(script: string, input: unknown, withinMs?: number): T {
  const path = JSON.stringify(packagePath('templates', 'millrace_progress.py'));
  return askPython(`PATH = ${path}\n${IMPORT}\n${script}`, input, withinMs);
}
