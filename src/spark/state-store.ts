import type { SharedFiles } from '../targets/target.js';

/** The files of one state store: of an operator and a partition, and in a join also of a side. */
export interface StateStore {
  /** The whole state of some versions. */
  readonly snapshots: readonly StateFile[];
  /** What a version has changed of the one before. */
  readonly deltas: readonly StateFile[];
  /** Describes the rows. Spark writes it again where it is not there. */
  readonly schema: string | null;
}

export interface StateFile {
  readonly path: string;
  readonly version: number;
}

/** All state stores of a query. Their folders lie two or three levels below `state`. */
export function readStateStores(data: SharedFiles, query: string): Promise<StateStore[]> {
  return storesIn(data, `${query}/state`);
}

async function storesIn(data: SharedFiles, folder: string): Promise<StateStore[]> {
  const names = await data.list(folder);
  const files = (ending: string) => {
    const own = names.filter((name) => name.endsWith(ending) && /^\d+\.[a-z]+$/.test(name));
    return own.map((name) => ({ path: `${folder}/${name}`, version: Number.parseInt(name, 10) }));
  };
  const store = { snapshots: files('.snapshot'), deltas: files('.delta') };
  const below = names.filter((name) => /^[\w-]+$/.test(name) && name !== '_metadata');
  const stores = (await Promise.all(below.map((name) => storesIn(data, `${folder}/${name}`)))).flat();
  if (store.snapshots.length + store.deltas.length === 0) return stores;
  const hasSchema = (await data.list(`${folder}/_metadata`)).includes('schema');
  return [{ ...store, schema: hasSchema ? `${folder}/_metadata/schema` : null }, ...stores];
}

/**
 * Whether Spark can load a version of the state: from the newest snapshot that is whole, else from nothing, and with each delta
 * after it.
 */
export async function canLoad(
  { snapshots, deltas }: StateStore,
  version: number,
  isWhole: (path: string) => Promise<boolean>,
): Promise<boolean> {
  const before = snapshots.filter((file) => file.version <= version).sort((a, b) => b.version - a.version);
  let from = 0;
  for (const snapshot of before) {
    if (!(await isWhole(snapshot.path))) continue;
    from = snapshot.version;
    break;
  }
  for (let next = from + 1; next <= version; next++) {
    const delta = deltas.find((file) => file.version === next);
    if (!delta || !(await isWhole(delta.path))) return false;
  }
  return true;
}
