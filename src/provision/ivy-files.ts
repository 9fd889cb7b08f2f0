import type { JarSet } from './jar-check.js';
import type { LockedJar } from './lock-file.js';
import type { MavenMirror } from './mirrors.js';

/**
 * Ivy's settings: one repository, Maven's central one or the mirror. Ivy asks for no POMs and no checksum files: it then needs
 * one request to find a jar and one to fetch it (5 s for all instead of 50), and the lock has better sums.
 */
export function renderIvySettings(mirror?: MavenMirror): string {
  const root = mirror ? ` root="${escapeXml(mirror.url)}"` : '';
  return `<ivysettings>
  <settings defaultResolver="central"/>
  <timeout-constraints>
    <timeout-constraint name="patient" connectionTimeout="15000" readTimeout="60000"/>
  </timeout-constraints>
  <resolvers>
    <ibiblio name="central"${root} m2compatible="true" usepoms="false" checksums="" timeoutConstraint="patient"/>
  </resolvers>
</ivysettings>
`;
}

/**
 * Ivy's list of what to fetch: every jar by its name, and no jar because another needs it. Each set is a configuration of its
 * own: both sets have kafka-clients, and in one configuration Ivy would leave out the older one.
 */
export function renderIvyModule(sets: readonly JarSet[]): string {
  const configurations = sets.map(({ name }) => `    <conf name="${name}"/>`);
  const dependencies = sets.flatMap(({ name, jars }) => jars.map((jar) => renderDependency(name, jar)));
  return `<ivy-module version="2.0">
  <info organisation="millrace" module="artifacts"/>
  <configurations>
${configurations.join('\n')}
  </configurations>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</ivy-module>
`;
}

function renderDependency(configuration: string, { group, name, version }: LockedJar): string {
  return `    <dependency org="${group}" name="${name}" rev="${version}" conf="${configuration}->default" transitive="false">
      <artifact name="${name}" type="jar" ext="jar"/>
    </dependency>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
