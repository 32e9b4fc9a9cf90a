// What the demonstration tells: what happened, where everything lies, and commands that work when they are pasted.
import { join } from 'node:path';
import type { Submitted } from '../client/index.ts';
import type { Verdict } from '../proofs/index.ts';
import type { Trust } from '../trust.ts';
import type { Watched } from '../watch.ts';
import type { Step } from './demo-steps.ts';
import { commandLine, quoted } from './command-line.ts';
import { byteText } from './progress.ts';
import type { StoryMaterial } from './story/index.ts';

export interface DemoShown {
  readonly root: string;
  readonly dir: string;
  readonly material: StoryMaterial;
  readonly submitted: Submitted;
  readonly packetId: string;
  readonly packetFile: string;
  readonly packetBytes: number;
  readonly summaryFile: string;
  readonly receiptFile: string;
  readonly custodyFile: string;
  readonly trustFile: string;
  readonly trust: Trust;
  readonly watched: Watched;
  readonly verdicts: { readonly receipt: Verdict; readonly custody: Verdict; readonly packet: Verdict };
  readonly verified: boolean;
  readonly steps: readonly Step[];
  readonly peakMib: number;
}

export function demoWords(shown: DemoShown): string[] {
  return [...happened(shown), '', ...times(shown), '', ...places(shown), '', ...next(shown)];
}

function happened({ material, submitted, trust, watched, verdicts, packetBytes }: DemoShown): string[] {
  const { groups, people, countries, files, bytes } = material.counts;
  const { chains, entries, objects } = watched.checked;
  return [
    'What happened, all of it invented and harmless:',
    `  1 received  two charities referred ${groups} chat groups, ${people} people in ${countries} countries: referral ${submitted.referralId}`,
    `  2 sealed    ${files} files (${byteText(bytes)}), hashed, encrypted and put away for good`,
    '    viewed    a person looked at one of them in full, and that was entered',
    '    finished  nothing can be added any more; the desk signed a receipt for every file',
    `  3 custody   every act is a link in a chain, and every chain stands in one log`,
    `    receipt   ${verdictWord(verdicts.receipt)} against trust.json, with the sender's own files`,
    `    custody   ${verdictWord(verdicts.custody)} against the receipt`,
    `  4 packet    frozen for Europol: ${byteText(packetBytes)}, signed, not encrypted`,
    '  5 summary   the PDF in it, which prints the digest of the case manifest on every page',
    '  6 release   taken by the agency, which is entered; it answered: received, and the reporter sees that',
    `    verify    as a stranger with trust.json: ${verdicts.packet.ok ? 'AUTHENTIC' : verdictWord(verdicts.packet)}`,
    `    watch     went over ${chains} chains, ${entries} entries and ${objects} sealed objects: ${watched.findings.length} findings`,
    `  The desk's fingerprint: ${trust.fingerprint}`,
  ];
}

function times({ steps, peakMib }: DemoShown): string[] {
  const widest = Math.max(...steps.map(({ step }) => step.length));
  return [
    'How long it took:',
    ...steps.map(({ step, seconds }) => `  ${step.padEnd(widest)}  ${seconds.toFixed(1).padStart(6)} s`),
    `  ${'at most in memory'.padEnd(widest)}  ${String(peakMib).padStart(6)} MiB`,
  ];
}

function verdictWord({ ok, findings }: Verdict): string {
  return ok ? 'holds' : `DOES NOT HOLD (${findings.map(({ code }) => code).join(', ')})`;
}

function places(shown: DemoShown): string[] {
  const { dir, material, packetFile, summaryFile, receiptFile, custodyFile, trustFile } = shown;
  return [
    'Where everything lies:',
    `  the packet     ${packetFile}`,
    `  the PDF in it  ${summaryFile}`,
    `  the desk       ${dir}`,
    `  the referral   ${material.referralFile}`,
    `  its files      ${material.filesFolder}`,
    `  the receipt    ${receiptFile}`,
    `  its custody    ${custodyFile}`,
    `  trust.json     ${trustFile}`,
  ];
}

function next(shown: DemoShown): string[] {
  const { root, dir, material, submitted, packetFile, packetId, receiptFile, custodyFile, trustFile } = shown;
  const data = `--data ${quoted(dir)}`;
  const trust = `--trust ${quoted(trustFile)}`;
  const picture = submitted.files.find(({ path }) => path.endsWith('.png'))?.attachmentId ?? '';
  const { referralId } = submitted;
  const tries: readonly (readonly [string, string])[] = [
    ['check the packet as a stranger would', `verify ${quoted(packetFile)} ${trust}`],
    ['how it stands, and what the agency answered', `status ${referralId} ${data}`],
    ['a link by which the packet can be taken once', `link ${packetId} --hours 24 ${data}`],
    [
      "check the desk's custody against the sender's own files",
      `verify ${quoted(custodyFile)} ${quoted(material.filesFolder)} ${trust} --against ${quoted(receiptFile)}`,
    ],
    [
      'open a file; the reading is entered',
      `view ${referralId} ${picture} --out ${quoted(join(root, 'opened'))} --purpose "to see it work" ${data}`,
    ],
    ['everything that was ever done to it', `custody ${referralId} ${data}`],
    ['what a sender would hear beforehand', `check ${quoted(material.referralFile)}`],
    ['the API, for programs', `serve --port 8700 ${data}`],
  ];
  return [
    'What to try next:',
    ...tries.flatMap(([what, args]) => [`  # ${what}`, `  ${commandLine(args)}`]),
    '',
    'It is kept until you remove it:',
    `  rm -rf ${[root, ...(dir.startsWith(`${root}/`) ? [] : [dir])].map(quoted).join(' ')}`,
  ];
}
