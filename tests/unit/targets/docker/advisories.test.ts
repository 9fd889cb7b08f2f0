import { advisoriesAgainst, compareVersions } from '../../../../src/targets/docker/advisories.js';

const ACL = 'CVE-2022-33891';
const PROXY_USER = 'CVE-2023-22946';
const EVENT_LOG = 'CVE-2025-54920';
const RPC = 'CVE-2025-55039';

describe('advisoriesAgainst', () => {
  test.each([
    ['2.4.8', [ACL, PROXY_USER, EVENT_LOG, RPC]],
    ['3.2.1', [ACL, PROXY_USER, EVENT_LOG, RPC]],
    ['3.2.2', [PROXY_USER, EVENT_LOG, RPC]],
    ['3.3.2', [PROXY_USER, EVENT_LOG, RPC]],
    ['3.4.0', [EVENT_LOG, RPC]],
    ['3.4.3', [EVENT_LOG, RPC]],
    ['3.4.4', [EVENT_LOG]],
    ['3.5.0', [EVENT_LOG, RPC]],
    ['3.5.1', [EVENT_LOG, RPC]],
    ['3.5.2', [EVENT_LOG]],
    ['3.5.6', [EVENT_LOG]],
    ['3.5.7', []],
    ['3.5.8', []],
    ['3.5.10', []],
    ['4.0.0', [EVENT_LOG]],
    ['4.0.1', []],
    ['4.1.0', []],
    ['4.2.0', []],
  ])('knows against Spark %s: %p', (version, ids) => {
    expect(
      advisoriesAgainst(version)
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(ids);
  });

  test('says in words what each is about', () => {
    expect(advisoriesAgainst('4.0.0')).toEqual(['CVE-2025-54920 (event logs can run code in the history server)']);
  });
});

describe('compareVersions', () => {
  test.each([
    ['3.10.0', '3.9.0', 1],
    ['3.5.10', '3.5.9', 1],
    ['10.0.0', '9.9.9', 1],
    ['3.5.8', '4.0.0', -1],
    ['4.2.0', '4.2.0', 0],
    ['2.24', '2.24.0', 0],
    ['2.26.1-4', '2.26.1', 0],
    ['2.24.4-desktop.1', '2.24.3', 1],
    ['dev', '2.24.4', -1],
  ])('of %s and %s is %d in sign', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a)) + sign).toBe(0);
  });
});
