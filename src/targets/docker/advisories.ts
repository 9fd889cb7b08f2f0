/** A published vulnerability of Spark, and the versions that have it. */
interface Advisory {
  readonly id: string;
  readonly what: string;
  /** Ranges of versions: `from` is in it, `fixed` is not. */
  readonly ranges: ReadonlyArray<readonly [from: string, fixed: string]>;
}

/** Spark's advisories that concern a standalone cluster (spark.apache.org/security.html, 2026-11). */
const ADVISORIES: readonly Advisory[] = [
  { id: 'CVE-2022-33891', what: 'commands injected through the ACLs of its pages', ranges: [['0.0.0', '3.2.2']] },
  { id: 'CVE-2023-22946', what: 'a proxy user gains the rights of the submitting one', ranges: [['0.0.0', '3.4.0']] },
  {
    id: 'CVE-2025-55039',
    what: 'encrypted RPC can be altered',
    ranges: [
      ['0.0.0', '3.4.4'],
      ['3.5.0', '3.5.2'],
    ],
  },
  {
    id: 'CVE-2025-54920',
    what: 'event logs can run code in the history server',
    ranges: [
      ['0.0.0', '3.5.7'],
      ['4.0.0', '4.0.1'],
    ],
  },
];

/** The advisories against a version of Spark, one line each. */
export function advisoriesAgainst(version: string): string[] {
  return ADVISORIES.filter(({ ranges }) =>
    ranges.some(([from, fixed]) => compareVersions(version, from) >= 0 && compareVersions(version, fixed) < 0),
  ).map(({ id, what }) => `${id} (${what})`);
}

/** Compares versions of three numbers: below zero where `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < 3; index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
