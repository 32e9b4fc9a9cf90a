// The test vectors, confirmed by a reader that knows nothing but the formats.
import { describe, expect, it } from '@jest/globals';
import { mutationsOf, readVector, vectorNames } from '../vectors/mutate.ts';
import { fieldsOf, CONFIRM, rechecked } from './vectors.ts';
import type { Json } from './json.ts';
import { readKeyFile } from './key-file.ts';

function confirm(name: string, vector: Json): void {
  const confirmOne = CONFIRM[name];
  if (confirmOne === undefined) throw new Error(`nobody confirms ${name}`);
  confirmOne(vector);
}

describe.each(vectorNames())('the test vector %s', (name) => {
  it('is what the formats say', () => {
    expect(() => {
      confirm(name, readVector(name));
    }).not.toThrow();
  });

  it('is refused with one bit changed in any of its fields', () => {
    const accepted = [...mutationsOf(readVector(name))].filter(({ vector }) => isConfirmed(name, vector));
    expect(accepted.map(({ what }) => what)).toEqual([]);
  });
});

function isConfirmed(name: string, vector: Json): boolean {
  try {
    confirm(name, vector);
    return true;
  } catch {
    return false;
  }
}

describe('a key file behind a passphrase', () => {
  const vector = fieldsOf(readVector('key-file'));
  const locked = fieldsOf(vector.list('cases')[1] ?? null);

  it('does not open with another passphrase, or without one', () => {
    expect(() => readKeyFile(locked.any('file'), vector.id('desk'), 'another')).toThrow('does not open');
    expect(() => readKeyFile(locked.any('file'), vector.id('desk'))).toThrow('needs a passphrase');
  });

  it('is refused with one bit changed even when its checksum was made to fit', () => {
    const { checksum, ...file } = fieldsOf(locked.any('file')).value;
    const changed = [...mutationsOf(file)].map((one) =>
      rechecked({ ...(one.vector as typeof file), checksum: checksum ?? '' }),
    );
    expect(changed.length).toBeGreaterThan(5);
    for (const one of changed) {
      expect(() => readKeyFile(one, vector.id('desk'), locked.text('passphrase'))).toThrow(
        /does not open|unknown version/,
      );
    }
  });
});
