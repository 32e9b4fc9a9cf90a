// Whatever is changed in a data folder behind the desk's back, the independent reader finds it.
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkFolder } from './check-folder.ts';
import { makeFolder, type Made } from './make.ts';
import { change, copyOf, flipInFile, flipped, look, putRecords, recordsOf } from './sabotage.ts';
import { swapRecords, vaultFileOf } from './sabotage.ts';
import { bytesOf, textOf } from './sqlite.ts';

let parent = '';
let made: Made;
let copies = 0;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'independent-'));
  made = await makeFolder(parent);
});

afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

/** What the reader finds, a line each, in a copy on which something was done. */
function findingsAfter(sabotage: (dir: string) => void): readonly string[] {
  copies += 1;
  const dir = copyOf(made.dir, join(parent, `copy-${copies}`));
  sabotage(dir);
  const lines = checkFolder(dir).map(({ where, what }) => `${where}: ${what}`);
  rmSync(dir, { recursive: true, force: true });
  return lines;
}

/** Changes one bit of a text column, so that it stays text. */
function flipText(dir: string, [table, column]: readonly [string, string], where: string, at: number): void {
  const bytes = Buffer.from(textOf(look(dir, `SELECT ${column} FROM ${table} WHERE ${where}`), column));
  change(dir, `UPDATE ${table} SET ${column} = ? WHERE ${where}`, flipped(bytes, 8 * at).toString('utf8'));
}

function flipBlob(dir: string, [table, column]: readonly [string, string], where: string, bit: number): void {
  const bytes = bytesOf(look(dir, `SELECT ${column} FROM ${table} WHERE ${where}`), column);
  change(dir, `UPDATE ${table} SET ${column} = ? WHERE ${where}`, flipped(bytes, bit));
}

describe('a data folder in which one bit was changed', () => {
  it.each([40, 100, 200, 300, 400, 500])('is found out when the bit is in byte %d of an entry', (at) => {
    const found = findingsAfter((dir) => {
      flipText(dir, ['entry', 'text'], `chain = '${made.referralId}' AND seq = 10`, at);
    });
    expect(found.join('\n')).toMatch(new RegExp(`(entry 1[01] of ${made.referralId}|leaf)`));
  });

  it.each([
    ['first', (): number => 0],
    ['middle', (sizeBytes: number): number => 4 * sizeBytes],
    ['last', (sizeBytes: number): number => 8 * sizeBytes - 1],
  ])('is found out when the bit is the %s of a sealed file', (_, bit) => {
    const found = findingsAfter((dir) => {
      flipInFile(vaultFileOf(dir, made.referralId, 4), bit);
    });
    expect(found).toContainEqual(expect.stringMatching(/^object .*: its ciphertext is not what its entry sealed$/));
  });

  it.each(['referral', 'declared', 'attachment', 'actor', 'agency', 'certificate'])(
    'is found out when the bit is in the value of a row of kind %s',
    (kind) => {
      const found = findingsAfter((dir) => {
        const where = `kind = '${kind}' AND id = (SELECT id FROM row WHERE kind = '${kind}' AND chain <> '${made.destroyedId}')`;
        const value = textOf(look(dir, `SELECT value FROM row WHERE ${where}`), 'value');
        flipText(dir, ['row', 'value'], where, value.search(/[0-9a-f]{4}|National|Europol/));
      });
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^row ${kind}/.*: is not what its entry wrote$`)));
    },
  );

  it('is found out when the bit is in the row of a packet', () => {
    const found = findingsAfter((dir) => {
      const where = `kind = 'packet' AND id = '${made.packed.packetId}'`;
      const value = textOf(look(dir, `SELECT value FROM row WHERE ${where}`), 'value');
      flipText(dir, ['row', 'value'], where, value.indexOf('"sha256":"') + 12);
    });
    expect(found).toContain(`row packet/${made.packed.packetId}: is not what its entry wrote`);
  });

  it('is found out when the bit is in the row of a packet whose referral was destroyed', () => {
    const found = findingsAfter((dir) => {
      const where = `kind = 'packet' AND id = '${made.packed.destroyed}'`;
      const value = textOf(look(dir, `SELECT value FROM row WHERE ${where}`), 'value');
      flipText(dir, ['row', 'value'], where, value.indexOf('"sha256":"') + 12);
    });
    expect(found).toContainEqual(expect.stringMatching(/^entry \d+ of desk: its commitment remains\/.* is not about/));
  });

  it('is found out when the bit is in a lookup row', () => {
    const found = findingsAfter((dir) => {
      flipText(dir, ['lookup', 'id'], `chain = '${made.referralId}'`, 5);
    });
    expect(found).toContainEqual(expect.stringContaining('row lookup/'));
  });

  it('is found out when the bit is in a tile', () => {
    const found = findingsAfter((dir) => {
      flipBlob(dir, ['tile', 'bytes'], 'level = 0', 77);
    });
    expect(found).toEqual(['tile 0/0 of log 1: is not that of the leaves']);
  });

  it('is found out when the bit is in a leaf', () => {
    const found = findingsAfter((dir) => {
      flipBlob(dir, ['leaf', 'hash'], 'position = 3', 1);
    });
    expect(found).toContain('leaf 3 of log 1: is not the hash of its entry');
  });

  it.each([5, 60, 80, 110, 200])('is found out when the bit is in byte %d of a checkpoint', (at) => {
    const found = findingsAfter((dir) => {
      flipText(dir, ['checkpoint', 'note'], 'k = 2', at);
    });
    expect(found).toEqual([expect.stringContaining('checkpoint of log 1 at 17: ')]);
  });

  it('is found out when the bit is in a secret', () => {
    const found = findingsAfter((dir) => {
      flipBlob(dir, ['secrets', 'sealed'], `owner = '${made.referralId}'`, 150);
    });
    expect(found).toContainEqual(expect.stringContaining(`secret of ${made.referralId}: `));
  });

  it('is found out when the bit is in the key file', () => {
    const found = findingsAfter((dir) => {
      const file = join(dir, 'keys', 'desk.key');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<="from": ?")2026/, '2027'));
    });
    expect(found).toEqual([expect.stringContaining('the checksum does not hold')]);
  });
});

describe('a data folder with another report in it than was sent', () => {
  /** Of the report, the entries by which its files were described. */
  const described = (dir: string): [number, number] => {
    const database = `SELECT seq FROM entry WHERE chain = ? AND text LIKE '%"act":"describe-file"%' ORDER BY seq`;
    const first = Number(look(dir, database, made.report.referralId)['seq']);
    const last = Number(look(dir, `${database} DESC`, made.report.referralId)['seq']);
    return [first, last];
  };

  it('is found out when what was described of two files is exchanged', () => {
    const found = findingsAfter((dir) => {
      const [a, b] = described(dir);
      const [of, other] = [recordsOf(dir, made.report.referralId, a), recordsOf(dir, made.report.referralId, b)];
      putRecords(dir, made.report.referralId, a, other);
      putRecords(dir, made.report.referralId, b, of);
    });
    expect(found).not.toEqual([]);
  });

  it('is found out when an attachment has lost its details', () => {
    const found = findingsAfter((dir) => {
      const [seq] = described(dir);
      const where = `kind = 'attachment' AND chain = '${made.report.referralId}' AND seq = ${seq}`;
      change(dir, `UPDATE row SET value = json_remove(value, '$.details') WHERE ${where}`);
    });
    expect(found).toContain(`entry 2 of ${made.report.referralId}: its attachment has other details`);
  });
});

describe('a data folder from which something was taken', () => {
  it.each([
    ['in the middle of', 'seq = 5'],
    ['at the end of', 'seq = (SELECT max(seq) FROM entry AS own WHERE own.chain = entry.chain)'],
  ])('is found out when it is an entry %s a chain', (_, where) => {
    const found = findingsAfter((dir) => {
      change(dir, `DELETE FROM entry WHERE chain = ? AND ${where}`, made.referralId);
    });
    expect(found).toContainEqual(expect.stringMatching(/^leaf .*: is not the hash of its entry$/));
  });

  it.each(['referral', 'declared', 'attachment', 'packet', 'actor', 'agency', 'certificate'])(
    'is found out when it is a row of kind %s',
    (kind) => {
      const found = findingsAfter((dir) => {
        change(dir, 'DELETE FROM row WHERE kind = ?', kind);
      });
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^row:${kind}/.*: is missing or older`)));
    },
  );

  it('is found out when it is a lookup row', () => {
    const found = findingsAfter((dir) => {
      change(dir, 'DELETE FROM lookup');
      change(dir, 'DELETE FROM lookup_list');
    });
    const all = [made.referralId, made.report.referralId, made.open.referralId, made.packed.sentPast, made.older];
    expect(found.toSorted()).toEqual([
      ...all.toSorted().map((chain) => `entry 0 of ${chain}: its lookup row: not an object`),
      expect.stringMatching(/^entry \d+ of desk: her lookup row leads elsewhere$/),
    ]);
  });

  it('is found out when it is a place in a list', () => {
    const found = findingsAfter((dir) => {
      change(dir, `DELETE FROM row_list WHERE list = 'due'`);
    });
    expect(found).toContainEqual(expect.stringMatching(/^list .*: is missing$/));
  });

  it('is found out when it is a checkpoint, a tile or a leaf', () => {
    for (const table of ['checkpoint', 'tile']) {
      const found = findingsAfter((dir) => {
        change(dir, `DELETE FROM ${table} WHERE rowid = (SELECT max(rowid) FROM ${table})`);
      });
      expect(found.length).toBeGreaterThan(0);
    }
    const found = findingsAfter((dir) => {
      change(dir, 'DELETE FROM leaf WHERE position = (SELECT max(position) FROM leaf)');
    });
    expect(found).toContainEqual(expect.stringContaining('is not once in the log or pending'));
  });

  it('is found out when it is a sealed file or the end of one', () => {
    const gone = findingsAfter((dir) => {
      rmSync(vaultFileOf(dir, made.referralId, 3));
    });
    expect(gone).toContainEqual(expect.stringContaining('is missing'));
    const cut = findingsAfter((dir) => {
      const file = vaultFileOf(dir, made.referralId, 3);
      chmodSync(file, 0o600);
      writeFileSync(file, readFileSync(file).subarray(0, -1));
      chmodSync(file, 0o444);
    });
    expect(cut).toContainEqual(expect.stringContaining('is too short'));
  });
});

describe('a data folder in which things changed places', () => {
  it('is found out when two objects take the place of each other', () => {
    for (const member of ['place', 'wrappedKey', 'id'] as const) {
      const found = findingsAfter((dir) => {
        swapRecords(dir, made.referralId, [3, 4], member);
      });
      expect(found.length).toBeGreaterThan(1);
    }
  });

  it('is found out when an object is given out as another kind', () => {
    const found = findingsAfter((dir) => {
      const [first, ...rest] = recordsOf(dir, made.referralId, 3);
      if (first !== undefined) putRecords(dir, made.referralId, 3, [{ ...first, kind: 'words' }, ...rest]);
    });
    expect(found).toContainEqual(expect.stringContaining('the data key blob does not open'));
  });

  it('is found out when a row is put back to what it was before', () => {
    const found = findingsAfter((dir) => {
      change(dir, `UPDATE row SET seq = 12 WHERE kind = 'referral' AND id = ?`, made.referralId);
    });
    expect(found).toContainEqual(expect.stringContaining('is missing or older'));
  });

  it('is found out when two entries change places in the log', () => {
    const found = findingsAfter((dir) => {
      change(dir, 'UPDATE leaf SET position = 9999 WHERE position = 7');
      change(dir, 'UPDATE leaf SET position = 7 WHERE position = 8');
      change(dir, 'UPDATE leaf SET position = 8 WHERE position = 9999');
    });
    expect(found).toContain('tile 0/0 of log 1: is not that of the leaves');
  });
});

describe('a data folder whose packets do not add up', () => {
  const rowOf = (dir: string, packet: string): PacketRow => {
    const { value } = look(dir, `SELECT value FROM row WHERE kind = 'packet' AND id = '${packet}'`);
    return JSON.parse(String(value)) as PacketRow;
  };

  /** In the row of the destroyed referral's packet, whose commitment nobody can open any more. */
  const afterEdit = (edit: (row: PacketRow) => object): readonly string[] =>
    findingsAfter((dir) => {
      const id = made.packed.destroyed;
      const value = JSON.stringify(edit(rowOf(dir, id)));
      change(dir, `UPDATE row SET value = ? WHERE kind = 'packet' AND id = ?`, value, id);
    });

  it.each<readonly [string, (row: PacketRow) => object, string]>([
    ['who ordered it', (row) => ({ ...row, orderedBy: made.referralId }), 'speaks of another order'],
    ['when it was ordered', (row) => ({ ...row, orderedAt: '2026-02-01T10:00:00.000Z' }), 'stands in other lists'],
    ['for whom it is', (row) => ({ ...row, agency: 'another' }), 'stands in other lists'],
    ['whether it was made', (row) => ({ ...row, frozen: undefined }), 'stands in other lists'],
    ['in what state it is', (row) => ({ ...row, state: 'dropped' }), 'is in another state'],
    ['what was answered', (row) => ({ ...row, answers: row.answers.slice(1) }), 'its answers are not what was entered'],
    ['which links there are', (row) => ({ ...row, links: row.links.slice(1) }), 'its links are not what was entered'],
    [
      'whether a link was used',
      (row) => ({ ...row, links: row.links.map((link) => ({ ...link, usedAt: undefined })) }),
      'its used links are not what was entered',
    ],
  ])('is found out when a row says otherwise %s', (_, edit, what) => {
    expect(afterEdit(edit)).toContain(`row packet/${made.packed.destroyed}: ${what}`);
  });

  it('is found out when a packet is another than was frozen', () => {
    const found = findingsAfter((dir) => {
      const { frozen } = rowOf(dir, made.packed.packetId);
      flipInFile(vaultFileOf(dir, made.referralId, frozen?.seq ?? -1), (sizeBytes) => 4 * sizeBytes);
    });
    expect(found).toContainEqual(expect.stringMatching(/^object .*: its ciphertext is not what its entry sealed$/));
  });
});

interface PacketRow {
  readonly frozen?: { readonly seq: number };
  readonly answers: readonly object[];
  readonly links: readonly { readonly usedAt?: string }[];
}

describe('a data folder whose destructions do not add up', () => {
  it('is found out when destroyed.txt names one too few or one too many', () => {
    const fewer = findingsAfter((dir) => {
      const file = join(dir, 'keys', 'destroyed.txt');
      writeFileSync(file, readFileSync(file, 'utf8').replace(`${made.destroyedId}\n`, ''));
    });
    expect(fewer).toEqual([`secret of ${made.destroyedId}: is not as destroyed.txt says`]);
    const more = findingsAfter((dir) => {
      appendFileSync(join(dir, 'keys', 'destroyed.txt'), `${made.referralId}\n`);
    });
    expect(more).toEqual([`secret of ${made.referralId}: is not as destroyed.txt says`]);
  });

  it('is found out when a secret was destroyed and no entry says so', () => {
    const found = findingsAfter((dir) => {
      change(dir, 'UPDATE secrets SET sealed = zeroblob(length(sealed)) WHERE owner = ?', made.referralId);
    });
    expect(found).toContain(`secret of ${made.referralId}: went without an entry`);
  });
});
