import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseDurationMs } from '../../../../src/project/duration.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { shiftForReplay } from '../../../../src/seed/pace/event-span.js';
import { LateRecords, WATERMARK_MS } from '../../../../src/seed/pace/late-records.js';

const HOUR = 3_600_000;
const newest = Date.parse('2026-11-24T10:00:00Z');

describe('shiftForReplay', () => {
  test.each([1, 2, 60, 0.5, 0.01])(
    'at %dx no event happens after it is published, and the newest as late as can be',
    (speed) => {
      const span = { oldestMs: newest - HOUR, newestMs: newest };
      const nowMs = newest + 100 * HOUR;
      const shiftMs = shiftForReplay(span, nowMs, speed);
      const publishedMs = (eventMs: number) => nowMs + (eventMs - span.oldestMs) / speed;
      const aheadMs = [0, 0.25, 0.5, 0.75, 1].map((share) => {
        const eventMs = span.oldestMs + share * HOUR;
        return eventMs + shiftMs - publishedMs(eventMs);
      });
      expect(Math.max(...aheadMs)).toBeLessThanOrEqual(0);
      expect(Math.max(...aheadMs)).toBeGreaterThan(-1);
    },
  );
});

describe('LateRecords', () => {
  const said = (newestMs: number, ...eventsMs: number[]) => {
    const report = new RecordingReporter();
    const late = new LateRecords(newestMs, report, { many: 'stories', reader: 'windowed-news', remedy: 'do this' });
    for (const eventMs of eventsMs) late.look(eventMs);
    return report.warnings;
  };

  test('says once, with both times and the way out, that stories are too old', () => {
    expect(said(newest, newest - 2 * HOUR - 1, newest - 30 * HOUR)).toEqual([
      'stories of 2026-11-24 07:59 UTC are more than 2 hours older than the newest of the topic, 2026-11-24 10:00 UTC: ' +
        'a windowed-news that has read that one drops them as late; do this',
    ]);
  });

  test('says nothing of those within the watermark, nor where the topic has had none', () => {
    expect(said(newest, newest - 2 * HOUR, newest + HOUR)).toEqual([]);
    expect(said(0, 5, newest)).toEqual([]);
  });

  test('goes by the newest so far, also where that has just come', () => {
    expect(said(0, newest, newest - 2 * HOUR - 1)).toEqual([expect.stringContaining('2026-11-24 10:00 UTC')]);
    expect(said(0, newest - 30 * HOUR, newest, newest - 2 * HOUR, newest + HOUR)).toEqual([]);
  });

  test('goes by the watermark that windowed-news has by default', () => {
    const job = parse(readFileSync('jobs/windowed-news.yaml', 'utf8'));
    expect(parseDurationMs(job.parameters.watermark.default)).toBe(WATERMARK_MS);
  });
});
