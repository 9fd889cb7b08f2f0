import { z } from 'zod';

// Coordinates are written into XML, URLs and file names: no character may change the shape of those.
const coordinate = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);

const lockedJar = z.strictObject({
  group: coordinate,
  name: coordinate,
  version: coordinate,
  file: coordinate.endsWith('.jar'),
  bytes: z.int().positive(),
  sha512: z.string().regex(/^[0-9a-f]{128}$/),
});

const artifactLock = z.strictObject({
  spark: coordinate,
  kafka: coordinate,
  scala: coordinate,
  python: z.strictObject({ packages: z.array(z.string().regex(/^[A-Za-z0-9]/)).nonempty() }),
  brokerJars: z.array(lockedJar).nonempty(),
  connectorJars: z.array(lockedJar).nonempty(),
});

export type LockedJar = Readonly<z.infer<typeof lockedJar>>;
export type ArtifactLock = Readonly<z.infer<typeof artifactLock>>;

/** Reads the text of artifacts.lock.json. A broken one is a bug of this package: a SyntaxError or a ZodError. */
export function parseLock(text: string): ArtifactLock {
  return artifactLock.parse(JSON.parse(text));
}
