const RFC_3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i;

/** Milliseconds since the epoch of an RFC 3339 time, null for anything else. */
export function readInstant(value: unknown): number | null {
  const [, day, time, fraction = '', zone] = (typeof value === 'string' && RFC_3339.exec(value.trim())) || [];
  if (!day || !isDay(day)) return null;
  const instant = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone?.toUpperCase()}`);
  return Number.isNaN(instant) ? null : instant;
}

// Date.parse takes 30 February for 2 March. Days up to 28 need no check: every month has them.
function isDay(day: string): boolean {
  if (day.slice(-2) >= '01' && day.slice(-2) <= '28') return true;
  const start = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(day);
}
