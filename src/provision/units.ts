/** Bytes in whole megabytes (10^6 bytes, as disks and downloads are sold), never 0 for something. */
export function toMegabytes(bytes: number): number {
  return bytes === 0 ? 0 : Math.max(1, Math.round(bytes / 1e6));
}
