/** For drivers with --packages: Spark's Ivy takes it in place of its own repositories (MavenUtils of Spark 4.2). */
export function ivyMirror(url: string | undefined): Record<string, string> {
  return url === undefined ? {} : { DEFAULT_ARTIFACT_REPOSITORY: url };
}
