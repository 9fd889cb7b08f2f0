import type { PlainEnvironment } from './run-command.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY (also in small letters) as Java options, since Java does not read them.
 * User names and passwords are left out: everyone on this machine can read a program's arguments.
 */
export function javaProxyArguments(env: PlainEnvironment): string[] {
  const proxies = [...proxyArguments('http', env), ...proxyArguments('https', env)];
  return proxies.length === 0 ? [] : [...proxies, ...exceptionArguments(env)];
}

function proxyArguments(scheme: 'http' | 'https', env: PlainEnvironment): string[] {
  const proxy = parseProxy(readVariable(`${scheme}_proxy`, env));
  return proxy ? [`-D${scheme}.proxyHost=${proxy.host}`, `-D${scheme}.proxyPort=${proxy.port}`] : [];
}

// As curl does it: the variable in small letters wins.
function readVariable(name: string, env: PlainEnvironment): string {
  return env[name] || env[name.toUpperCase()] || '';
}

function parseProxy(text: string): { host: string; port: string } | undefined {
  const withScheme = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return undefined;
  const { protocol, hostname, port } = new URL(withScheme);
  const defaultPort = DEFAULT_PORTS[protocol];
  return defaultPort ? { host: hostname, port: port || defaultPort } : undefined;
}

// Java has one property for both http and https.
function exceptionArguments(env: PlainEnvironment): string[] {
  const hosts = readVariable('no_proxy', env)
    .split(/[\s,]+/)
    .flatMap(toJavaPatterns);
  return hosts.length === 0 ? [] : [`-Dhttp.nonProxyHosts=${[...new Set(hosts)].join('|')}`];
}

/** `.example.com` also means example.com itself; Java takes neither ports nor address ranges here. */
function toJavaPatterns(entry: string): string[] {
  if (entry === '' || entry.includes('/')) return [];
  if (entry === '*') return ['*'];
  const host = entry.replace(/:\d+$/, '').replace(/^\*?\./, '');
  return [host, `*.${host}`];
}
