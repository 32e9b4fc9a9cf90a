// Row 11. Commands from the start of their process, compiled package, against a bare Node that does nothing.
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { linkCompiled } from './compiled.ts';
import { newDesk, openReferral, referralText, type BenchFile } from './desk.ts';
import { median, type Figures, type Place } from './measured.ts';
import { ran, type Ran } from './memory.ts';
import { readAsSender, writeNoise } from './noise.ts';
import { orderFor } from './packet.ts';

const [REFERRAL, PACKET, TRUST] = ['referral.json', 'packet.zip', 'trust.json'];

/** The compiled package, a referral, a small packet and what its desk is trusted by. */
export async function makePackage({ prepared }: Place): Promise<Figures> {
  linkCompiled(prepared);
  const place = join(prepared, 'a.bin');
  const file: BenchFile = {
    ...{ path: 'a.bin', sha256: writeNoise(place, 10_000), sizeBytes: 10_000 },
    open: () => readAsSender(place),
  };
  const desk = await newDesk(prepared);
  const { referralId, send } = await openReferral(desk, [file]);
  await send(0);
  await desk.local.desk.finish(await desk.as('reporter'), referralId);
  const packetId = await orderFor(desk, referralId);
  await desk.local.desk.freezePackets();
  const { bytes } = await desk.local.desk.takePacket(await desk.as('investigator'), packetId);
  await pipeline(bytes, createWriteStream(join(prepared, PACKET)));
  await desk.local.close();
  writeFileSync(join(prepared, REFERRAL), referralText([file]));
  writeFileSync(join(prepared, TRUST), JSON.stringify(desk.trust));
  return {};
}

const commandsIn = (folder: string): Readonly<Record<string, readonly string[]>> => ({
  help: ['--help'],
  check: ['check', join(folder, REFERRAL)],
  verify: ['verify', join(folder, PACKET), '--trust', join(folder, TRUST)],
});

/** Milliseconds of each, and of `bare` Node, in turn; and what each held resident at most, `<command> MiB`. */
export async function commands({ scratch, prepared }: Place, { times }: { readonly times: number }): Promise<Figures> {
  const bin = join(prepared, 'dist/lib/cli/index.js');
  const env = { PATH: process.env['PATH'], TMPDIR: scratch };
  const programs = Object.entries(commandsIn(prepared)).map(([name, words]) => [name, [bin, ...words]] as const);
  const all = new Map<string, Ran[]>();
  for (let n = 0; n <= times; n++)
    for (const [name, args] of [['bare', ['-e', '0']] as const, ...programs]) {
      const done = await ran(process.execPath, args, env);
      if (n > 0) all.set(name, [...(all.get(name) ?? []), done]); // the first fills the compile cache, in TMPDIR
    }
  const figures = [...all].flatMap(([name, runs]) => [
    [name, median(runs.map(({ ms }) => ms))] as const,
    [`${name} MiB`, median(runs.map(({ peakMiB }) => peakMiB))] as const,
  ]);
  return {
    ...Object.fromEntries(figures),
    peakMiB: Math.max(...[...all.values()].flat().map(({ peakMiB }) => peakMiB)),
  };
}
