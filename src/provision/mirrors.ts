import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { UsageError } from '../errors.js';

export interface MavenMirror {
  readonly url: string;
  readonly from: 'mirrors.maven' | 'settings.xml';
}

export interface MirrorSources {
  /** `mirrors.maven` of the configuration. */
  readonly configured?: string | undefined;
  /** The text of Maven's settings.xml. */
  readonly settingsXml?: string | undefined;
}

interface SettingsMirror {
  readonly url?: string;
  readonly mirrorOf?: string;
  readonly blocked?: string;
}

const PROTOCOLS = ['http:', 'https:', 'file:'];
const HINT = 'Set mirrors.maven to an http, https or file URL without a user name and password.';

/**
 * The repository to take jars from instead of Maven's central one: the configured URL, else the mirror of central in
 * Maven's settings. Only the URL is read, never credentials.
 * @throws UsageError for a broken file or URL
 */
export function findMavenMirror({ configured, settingsXml }: MirrorSources): MavenMirror | undefined {
  if (configured) return { url: checkConfiguredUrl(configured), from: 'mirrors.maven' };
  const mirror = settingsXml ? chooseMirror(readMirrors(settingsXml)) : undefined;
  return mirror && { url: checkSettingsUrl(mirror.url ?? ''), from: 'settings.xml' };
}

function checkConfiguredUrl(text: string): string {
  const url = parseUrl(text, 'mirrors.maven');
  if (url.username || url.password) throw new UsageError('mirrors.maven holds a user name or password', HINT);
  return url.href;
}

function checkSettingsUrl(text: string): string {
  const url = parseUrl(text, "The mirror in Maven's settings.xml");
  url.username = '';
  url.password = '';
  return url.href;
}

/** A text is shown only where it is no URL: a URL could have a password in it. */
function parseUrl(text: string, origin: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new UsageError(`${origin} is not a URL: ${text.replace(/\/\/[^/@]*@/, '//')}`, HINT);
  if (!PROTOCOLS.includes(url.protocol)) throw new UsageError(`${origin} is a ${url.protocol} URL`, HINT);
  return url;
}

function readMirrors(settingsXml: string): readonly SettingsMirror[] {
  const verdict = XMLValidator.validate(settingsXml);
  if (verdict !== true) throw brokenSettings(`line ${verdict.err.line}: ${verdict.err.msg}`);
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    isArray: (_name, path) => path === 'settings.mirrors.mirror',
  });
  const document = parser.parse(settingsXml);
  if (document.settings === undefined) throw brokenSettings('there is no <settings> in it');
  return document.settings.mirrors?.mirror ?? [];
}

function brokenSettings(reason: string): UsageError {
  return new UsageError(`Maven's settings.xml is broken: ${reason}`, 'Fix the file, or set mirrors.maven.');
}

/** As Maven chooses: a mirror of exactly `central` wins over patterns, then the first one counts. */
function chooseMirror(mirrors: readonly SettingsMirror[]): SettingsMirror | undefined {
  const open = mirrors.filter(({ blocked }) => blocked?.trim() !== 'true');
  return open.find(({ mirrorOf }) => mirrorOf?.trim() === 'central') ?? open.find(coversCentral);
}

function coversCentral({ mirrorOf = '' }: SettingsMirror): boolean {
  const patterns = mirrorOf.split(',').map((pattern) => pattern.trim());
  if (patterns.includes('!central')) return false;
  return patterns.some((pattern) => ['central', '*', 'external:*'].includes(pattern));
}
