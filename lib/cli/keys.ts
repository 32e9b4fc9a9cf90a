// `keys`: the key of one sealed object, for whoever must open it without this program; and new signing keys.
import { Argument, type Command } from 'commander';
import type { Purpose } from '../ports.ts';
import { readFolder } from '../local/folder.ts';
import { localVault } from '../local/vault.ts';
import { idOf } from './arguments.ts';
import { acting, addCommand, type Common, type Outcome } from './frame.ts';
import { demandWritable, writeOutput } from './paths.ts';
import { dataFolder, demandHere, withDesk } from './session.ts';
import { keepTrust } from './trust.ts';

interface ExportOptions extends Common {
  readonly purpose: string;
  readonly out?: string;
}

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('keys: export that of one sealed object, rotate a signing key')
    .description('Keys of sealed objects, and the signing keys.');
  addCommand(keys, 'export <object>', {
    summary: 'the raw key of one sealed object, which any AWS Encryption SDK opens it with; entered with its purpose',
    example: 'keys export 3c4d… --purpose "order 14/26 of the court" --out object.sealed',
    more: ['Objects stand in exported custody, beside the act that made them. Whoever has key and bytes can read it.'],
  })
    .requiredOption('--purpose <words>', 'what it leaves the desk for; entered, sealed')
    .option('--out <file>', 'write the sealed bytes there too (only with --data)')
    .action(acting(exportKey));
  addCommand(keys, 'rotate', {
    summary: 'replace a signing key; the old one vouches for the new one',
    example: 'keys rotate receipts',
    more: ['The words of the fingerprint stay the same. Send the new trust.json to whoever has the old one.'],
  })
    .addArgument(new Argument('<purpose>', 'what it signs').choices(PURPOSES))
    .action(acting(rotate));
}

const PURPOSES: readonly Purpose[] = ['receipts', 'log', 'packets'];

async function exportKey(object: string, options: ExportOptions): Promise<Outcome> {
  const id = idOf(object, 'A sealed object');
  const { purpose, out } = options;
  if (out !== undefined) demandHere(options); // the sealed bytes lie there
  if (out !== undefined) await demandWritable(out);
  const exported = await withDesk(options, 'supervisor', ({ client }) => client.exportKey(id, purpose));
  const file = out === undefined ? undefined : await writeOutput(out, await sealedBytes(options, exported.place), true);
  return {
    words: [
      'The key of one sealed object; the export and its purpose are entered. Any AWS Encryption SDK opens the object with a raw',
      'AES keyring (AES-256-GCM, IV of 12 bytes, tag of 16) of:',
      `  namespace  ${exported.keyNamespace}`,
      `  name       ${exported.keyName}`,
      `  key        ${exported.key}`,
      `Its context is owner ${exported.owner}, object ${exported.object}.`,
      file === undefined
        ? `The sealed bytes: ${exported.place.sizeBytes} from ${exported.place.offset} in vault file ${exported.place.name}.`
        : `The sealed bytes are ${file}.`,
    ],
    json: { ...exported, ...(file === undefined ? {} : { file }) },
  };
}

/** Vault files are written once and never changed, so they may be read beside their owner. */
async function sealedBytes(
  options: Common,
  place: { name: string; offset: number; sizeBytes: number },
): Promise<AsyncIterable<Uint8Array>> {
  const { vaultFolder } = await readFolder(dataFolder(options));
  return localVault({ folder: vaultFolder }).get(place.name, place);
}

async function rotate(purpose: Purpose, options: Common): Promise<Outcome> {
  const { key, trust } = await withDesk(options, 'operator', async ({ client }) => ({
    key: await client.rotateKey(purpose),
    trust: await client.trust(),
  }));
  const file = options.desk === undefined ? await keepTrust(dataFolder(options), trust) : undefined;
  return {
    words: [
      `A new key signs ${purpose} from now on: ${key.id}. The old one vouches for it and never signs again.`,
      `The new trust.json is ${file ?? 'had with "trust --out"'}. Send it to whoever has the old one; its words are the same.`,
    ],
    json: { ...key, ...(file === undefined ? {} : { trust: file }) },
  };
}
