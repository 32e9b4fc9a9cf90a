// Long work shows how far it is: on a terminal one line that is drawn over, with rate and remaining time; elsewhere a plain line
// every few seconds. It goes to stderr only and names no file.
import { performance } from 'node:perf_hooks';

export interface Progress {
  /** `total` 0: nobody knows how much there is. */
  update(done: number, total: number): void;
  /** Ends the line. */
  end(): void;
}

/** What is counted: bytes, or things of a name. */
export type Unit = 'bytes' | (string & {});

const DRAW_EVERY_MS = 100;
const SAY_EVERY_MS = 5000;
const BAR_WIDTH = 24;

export function startProgress(label: string, unit: Unit): Progress {
  const { stderr } = process;
  const everyMs = stderr.isTTY ? DRAW_EVERY_MS : SAY_EVERY_MS;
  const begun = performance.now();
  let drawn = stderr.isTTY ? -Infinity : begun;
  let line = '';
  const draw = (): void => {
    stderr.write(stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  };
  return {
    update: (done, total) => {
      const now = performance.now();
      line = progressLine(label, unit, done, total, (now - begun) / 1000);
      const isOver = total > 0 && done >= total && stderr.isTTY;
      if (now - drawn < everyMs && !isOver) return;
      drawn = now;
      draw();
    },
    end: () => {
      if (line === '') return;
      draw();
      if (stderr.isTTY) stderr.write('\n');
    },
  };
}

/** `sealing [#####---] 42 % · 1.2 of 3.0 GB · 85 MB/s · 21 s left` */
export function progressLine(label: string, unit: Unit, done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const rateText = seconds < 0.5 ? [] : [`${amount(rate, unit)}/s`];
  if (total <= 0) return [`${label} ${amount(done, unit)}`, ...rateText].join(' · ');
  const share = Math.min(1, done / total);
  const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-');
  const left = rate > 0 && done < total && seconds >= 0.5 ? [`${duration((total - done) / rate)} left`] : [];
  const percent = `${Math.floor(share * 100)} %`;
  return [`${label} [${bar}] ${percent}`, `${amount(done, unit)} of ${amount(total, unit)}`, ...rateText, ...left].join(
    ' · ',
  );
}

export function amount(count: number, unit: Unit): string {
  return unit === 'bytes' ? byteText(count) : `${Math.round(count)} ${unit}`;
}

/** 1.2 GB; powers of 1000, as disks are sold. */
export function byteText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let n = 0;
  while (value >= 1000 && n < units.length - 1) {
    value /= 1000;
    n++;
  }
  const digits = n === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[n] ?? ''}`;
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
