/** For drivers with --packages: Spark's Ivy uses this mirror instead of its own repositories (MavenUtils of Spark 4.2). */
export function ivyMirror(url: string | undefined): Record<string, string> {
  return url === undefined ? {} : { DEFAULT_ARTIFACT_REPOSITORY: url };
}
