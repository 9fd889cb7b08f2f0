// Stories come from other people's files: whatever has an unexpected shape reads as absent instead of throwing.

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

export function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text as it stands; blank text counts as absent. */
export function readText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function readTexts(value: unknown): string[] {
  return readList(value).filter((item): item is string => readText(item) !== null);
}

export function readNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function readInteger(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** An id as text, from a number that JSON carried exactly or from text. */
export function readId(value: unknown): string | null {
  return typeof value === 'string' ? (readText(value)?.trim() ?? null) : (readInteger(value)?.toString() ?? null);
}

const RFC_3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;

/** Milliseconds since the epoch of an RFC 3339 time, null for anything else. */
export function readInstant(value: unknown): number | null {
  const [, day, time, fraction = '', zone] = (typeof value === 'string' && RFC_3339.exec(value.trim())) || [];
  if (!day || !isDay(day)) return null;
  const instant = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone?.toUpperCase()}`);
  return Number.isNaN(instant) ? null : instant;
}

// Date.parse lets 30 February through as 2 March; every month has 28 days.
function isDay(day: string): boolean {
  if (day.slice(-2) >= '01' && day.slice(-2) <= '28') return true;
  const start = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(day);
}

/** How a reason quotes a wrong value: short, and never a whole object. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
