import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

/** An authority in a folder of its own, which signs certificates of programs on this machine; all are files in PEM. */
export function makeAuthority(folder: string) {
  const path = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=authority',
    '-days',
    '2',
  );
  writeFileSync(path('extensions'), 'subjectAltName=IP:127.0.0.1\n');

  /** @param password of the key; without one it is in plain */
  function sign(name: string, password?: string): { readonly certificate: string; readonly key: string } {
    const locked = password === undefined ? ['-nodes'] : ['-passout', `pass:${password}`];
    openssl('req', ...NEW_KEY, ...locked, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`);
    return { certificate: path(`${name}.pem`), key: path(`${name}.key`) };
  }

  return { ca: path('ca.pem'), sign };
}
