import { type InputFile, releaseAll } from './input-file.js';
import type { FoundItem, Source, SourceBatch } from './source.js';

export interface FileReading<Raw, File extends InputFile> {
  readonly files: readonly File[];
  /** All items of a file, in batches that fit into memory. @throws UsageError where the content is not of the right kind */
  read(file: File): AsyncIterable<readonly FoundItem<Raw>[]>;
  /** About how many items a file holds, where that is found quickly. */
  readonly estimate?: (file: File) => Promise<number>;
  /** The label of the progress while this file is read. */
  readonly labelOf: (file: File | undefined) => string;
}

/** Files, one after another. */
export class FileSource<Raw, File extends InputFile> implements Source<Raw> {
  readonly estimateTotal?: () => Promise<number>;
  private current: File | undefined;

  constructor(private readonly reading: FileReading<Raw, File>) {
    const { estimate, files } = reading;
    if (estimate) this.estimateTotal = () => sumOf(files, estimate);
  }

  get files(): readonly File[] {
    return this.reading.files;
  }

  get names(): string[] {
    return this.files.map(({ source }) => source);
  }

  async check(signal: AbortSignal): Promise<void> {
    for await (const _batch of this.batches()) signal.throwIfAborted();
  }

  async *batches(): AsyncGenerator<SourceBatch<Raw>> {
    for (const file of this.files) {
      this.current = file;
      const { source } = file;
      for await (const items of this.reading.read(file)) yield { source, positionPrefix: `${source}:`, items };
    }
  }

  describeProgress() {
    return { label: this.reading.labelOf(this.current), unit: 'records' };
  }

  close(): Promise<void> {
    return releaseAll(this.files);
  }
}

/** One file after another, since each may have to be opened for it. */
async function sumOf<File>(files: readonly File[], count: (file: File) => Promise<number>): Promise<number> {
  let total = 0;
  for (const file of files) total += await count(file);
  return total;
}
