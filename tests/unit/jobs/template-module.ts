import { packagePath } from '../../../src/project/package-files.js';
import { askPython } from './python.js';

/** The module NAME of `templates/`, as `module`; every name that it takes from pyspark is `object`. */
const IMPORT = `
import importlib, types
class Stub(types.ModuleType):
    def __getattr__(self, name):
        return object
for name in ["pyspark", "pyspark.sql", "pyspark.sql.streaming", "pyspark.sql.streaming.listener"]:
    sys.modules[name] = Stub(name)
sys.dont_write_bytecode = True
sys.path.insert(0, FOLDER)
module = importlib.import_module(NAME)
`;

/** As `askPython`, in a script that can use a module that lies beside rendered scripts, such as `millrace_progress`. */
export function askModule<T>(name: string, script: string, input: unknown, withinMs?: number): T {
  const [folder, module] = [packagePath('templates'), name].map((text) => JSON.stringify(text));
  return askPython(`FOLDER = ${folder}\nNAME = ${module}\n${IMPORT}\n${script}`, input, withinMs);
}
