import { describe, expect, it } from '@jest/globals';
import { byteText, duration, progressLine } from '../../../lib/cli/progress.ts';
import { quoted } from '../../../lib/cli/command-line.ts';

describe('progress', () => {
  it('shows how much is done, how fast, and how long it will still take', () => {
    expect(progressLine('sending', 'bytes', 250e6, 1e9, 5)).toBe(
      'sending [######------------------] 25 % · 250 MB of 1.0 GB · 50.0 MB/s · 15 s left',
    );
  });

  it('guesses no rate from the first moment, and no end where nobody knows one', () => {
    expect(progressLine('sending', 'bytes', 0, 1000, 0)).toBe(
      'sending [------------------------] 0 % · 0 bytes of 1.0 kB',
    );
    expect(progressLine('verifying', 'bytes', 5000, 0, 1)).toBe('verifying 5.0 kB · 5.0 kB/s');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [123_456, '123 kB'],
    [5e12, '5.0 TB'],
    [5e15, '5000 TB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });

  it.each([
    [0.2, '1 s'],
    [89, '89 s'],
    [91, '2 min'],
    [7200, '2.0 h'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('a command that is shown', () => {
  it.each([
    ['/tmp/desk-data', '/tmp/desk-data'],
    ['my desk', "'my desk'"],
    ["it's; rm -rf $HOME", "'it'\\''s; rm -rf $HOME'"],
  ])('quotes %s so that a shell takes it as it is', (text, safe) => {
    expect(quoted(text)).toBe(safe);
  });
});
