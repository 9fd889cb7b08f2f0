import chalk from 'chalk';

export const style = {
  good: (text: string) => chalk.green(text),
  bad: (text: string) => chalk.red(text),
  quiet: (text: string) => chalk.dim(text),
  strong: (text: string) => chalk.bold(text),
  caution: (text: string) => chalk.yellow(text),
};

/** Rows as aligned columns; `right` names the columns (from 0) that hold numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = columnWidths(rows);
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, right.includes(column)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}`).join('\n');
}

/** A bar of at most `width` characters for a share between 0 and 1. */
export function bar(share: number, width = 20): string {
  return '█'.repeat(Math.round(Math.min(1, Math.max(0, share)) * width));
}

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} m ${whole % 60} s`;
}

/** Text from outside (topics, files, logs) without the control characters, to which a terminal would react. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return widths;
}

function pad(cell: string, width: number, isRight: boolean): string {
  return isRight ? cell.padStart(width) : cell.padEnd(width);
}
