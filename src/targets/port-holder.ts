import { readdir, readFile, readlink } from 'node:fs/promises';
import { runCommand } from './run-command.js';

const LISTENING = '0A';

/** The program that listens on a port of this machine, for messages: `node server.js` (process 4711). */
export async function describePortHolder(port: number): Promise<string> {
  const pid = process.platform === 'linux' ? await linuxHolder(port) : await lsofHolder(port);
  if (pid === undefined) return 'a program of another user';
  return `\`${await commandOf(pid)}\` (process ${pid})`;
}

async function linuxHolder(port: number): Promise<number | undefined> {
  const inodes = new Set([
    ...(await listeningInodes('/proc/net/tcp', port)),
    ...(await listeningInodes('/proc/net/tcp6', port)),
  ]);
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsSocket(entry, inodes))) return Number(entry);
  }
  return undefined;
}

/** proc(5), /proc/net/tcp: local address in column 2 (hexadecimal port), state in column 4, inode in column 10. */
async function listeningInodes(table: string, port: number): Promise<string[]> {
  const text = await readFile(table, 'utf8').catch(() => '');
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  const isWanted = (row: string[]) => row[3] === LISTENING && Number.parseInt(row[1]?.split(':')[1] ?? '', 16) === port;
  return rows.filter(isWanted).map((row) => row[9] ?? '');
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const links = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')));
  return links.some((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '-'));
}

async function lsofHolder(port: number): Promise<number | undefined> {
  const found = await runCommand('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).catch(() => undefined);
  const pid = Number.parseInt(found?.stdout ?? '', 10);
  return Number.isNaN(pid) ? undefined : pid;
}

async function commandOf(pid: number): Promise<string> {
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const shown = await runCommand('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
    return shown?.stdout ?? '';
  });
  const command = raw.replaceAll('\0', ' ').trim();
  return command.length > 80 ? `${command.slice(0, 77)}…` : command || 'a program';
}
