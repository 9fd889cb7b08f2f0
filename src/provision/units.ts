/** Bytes in whole megabytes (10^6 bytes, as disks and downloads are sold), at least 1 for anything above 0. */
export function toMegabytes(bytes: number): number {
  return bytes === 0 ? 0 : Math.max(1, Math.round(bytes / 1e6));
}
