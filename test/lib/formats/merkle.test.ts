import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  consistencyProof,
  Frontier,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  nodeHash,
  rangeHash,
  rootOf,
  type Hash,
  type Subtree,
} from '../../../lib/formats/merkle.ts';

const VECTORS = join(import.meta.dirname, '../../../../shared/vectors/rfc6962');
const hasVectors = existsSync(VECTORS);

const leaves = Array.from({ length: 70 }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)));

/** RFC 6962 section 2.1 word for word, as slow as it likes. */
function naiveRoot(from: number, to: number): Hash {
  if (to - from === 1) return leaves[from] ?? leafHash(Buffer.alloc(0));
  let power = 1;
  while (power * 2 < to - from) power *= 2;
  return nodeHash(naiveRoot(from, from + power), naiveRoot(from + power, to));
}

const subtree: Subtree = (level, index) => Promise.resolve(naiveRoot(index * 2 ** level, (index + 1) * 2 ** level));

describe('the Merkle tree', () => {
  it('grows to the roots that RFC 6962 implementations agree on', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const hashes = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(roots.map((_, size) => rootOf(hashes.slice(0, size)).toString('hex'))).toEqual(roots);
  });

  it('has one root however it is computed', async () => {
    const frontier = new Frontier();
    for (const [n, leaf] of leaves.entries()) {
      frontier.add(leaf);
      const expected = Buffer.from(naiveRoot(0, n + 1)).toString('hex');
      expect(frontier.root().toString('hex')).toBe(expected);
      expect(Buffer.from(await rangeHash(0, n + 1, subtree)).toString('hex')).toBe(expected);
    }
  });

  it('proves every leaf of every size, and no leaf elsewhere', async () => {
    for (let size = 1; size <= leaves.length; size++) {
      const root = naiveRoot(0, size);
      for (let index = 0; index < size; index++) {
        const leaf = leaves[index] ?? root;
        const proof = await inclusionProof(index, size, subtree);
        expect(isIncluded(leaf, index, size, proof, root)).toBe(true);
        expect(isIncluded(leaf, index + 1, size, proof, root)).toBe(false);
        expect(isIncluded(leaf, index, size, [...proof, leaf], root)).toBe(false);
        expect(isIncluded(leafHash(leaf), index, size, proof, root)).toBe(false);
        if (proof.length > 0) expect(isIncluded(leaf, index, size, proof.slice(1), root)).toBe(false);
      }
    }
  });

  it('proves that every size grew out of every smaller one, and refuses any other root', async () => {
    for (let size = 1; size <= leaves.length; size++) {
      for (let older = 1; older <= size; older++) {
        const proof = await consistencyProof(older, size, subtree);
        const [before, after] = [
          { size: older, root: naiveRoot(0, older) },
          { size, root: naiveRoot(0, size) },
        ];
        expect(isConsistent(before, after, proof)).toBe(true);
        expect(isConsistent({ ...before, root: leafHash(before.root) }, after, proof)).toBe(false);
        expect(isConsistent(before, { ...after, root: leafHash(after.root) }, proof)).toBe(false);
        if (proof.length > 0) expect(isConsistent(before, after, proof.slice(1))).toBe(false);
      }
    }
  });

  const vectorTest = hasVectors ? it : it.skip; // skipped where the public RFC 6962 vectors are not beside the project
  vectorTest('gives the public inclusion vectors their verdicts', () => {
    const files = readdirSync(join(VECTORS, 'inclusion'), { recursive: true, encoding: 'utf8' });
    const vectors = files.filter((file) => file.endsWith('.json'));
    expect(vectors.length).toBeGreaterThan(50);
    for (const file of vectors) {
      const vector = JSON.parse(readFileSync(join(VECTORS, 'inclusion', file), 'utf8')) as {
        leafIdx: number;
        treeSize: number;
        root: string;
        leafHash: string;
        proof: string[] | null;
        wantErr: boolean;
      };
      const decode = (text: string): Buffer => Buffer.from(text, 'base64');
      const proof = (vector.proof ?? []).map(decode);
      const verdict = isIncluded(decode(vector.leafHash), vector.leafIdx, vector.treeSize, proof, decode(vector.root));
      expect([file, verdict]).toEqual([file, !vector.wantErr]);
    }
  });
});
