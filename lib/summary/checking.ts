// The log, how whoever holds the packet can check it without the desk, and what is missing.
import { fields, note, nothing, paragraph } from './blocks.ts';
import { sum } from './facts.ts';
import { CELL_GREY, MONO } from './scale.ts';
import type { Story } from './story.ts';
import { table, type Cell } from './table.ts';
import { bytes, count, number } from './words.ts';

export function log({ sheet, case: held }: Story): void {
  if (held.log === undefined) {
    nothing(sheet, 'A reading copy is not bound to the log.');
    return;
  }
  paragraph(
    sheet,
    'All chains of the desk stand in one log whose head the desk signs. Who keeps this checkpoint can show later that nothing was taken out.',
  );
  fields(sheet, [
    ['Last entry of the referral', `index ${number(held.log.index)} of ${count(held.log.size, 'entry', 'entries')}`],
    [
      'Checkpoint',
      held.log.checkpoint
        .split('\n')
        .filter((line, at, all) => line !== '' || at < all.length - 1)
        .map((text) => ({ text, style: MONO })),
    ],
  ]);
}

export function checking({ sheet, case: held, caseSha256 }: Story): void {
  if (held.packet === undefined) {
    nothing(sheet, 'A reading copy cannot be verified. Order a packet for that.');
    return;
  }
  const steps: [string, string[]][] = [
    [
      'Compare the list of lists, then every file, with standard tools. In the folder of the packet:',
      ['sha256sum -c tagmanifest-sha256.txt', 'sha256sum -c manifest-sha256.txt'],
    ],
    [
      "Check signatures, chain, log and evidence against the desk's public keys:",
      ['referral-desk verify <packet> --trust trust.json'],
    ],
    [
      'Before trusting trust.json: telephone the desk, on a number you have from elsewhere, and compare the fingerprint words.',
      [],
    ],
    [
      'Compare the SHA-256 at the foot of these pages with that of the case manifest:',
      ['sha256sum data/case.json', caseSha256],
    ],
  ];
  const rows = steps.map(([text, commands], at): Cell[] => [
    `${at + 1}`,
    [{ text }, ...commands.map((each) => ({ text: each, style: MONO }))],
  ]);
  table(sheet, [{ title: '', width: 12, style: CELL_GREY }, { title: '' }], rows, { plain: true, padding: 3 });
  const total = sum(held.files.map(({ sizeBytes }) => sizeBytes));
  note(sheet, `The case manifest names ${count(held.files.length, 'file')} of the packet, ${bytes(total)}.`);
}

export function missing({ sheet, case: { gaps } }: Story): void {
  if (gaps.length === 0) {
    nothing(sheet, 'Nothing that the desk knows to ask for.');
    return;
  }
  note(sheet, 'What an investigator is likely to miss. It refuses nothing; it can be asked of the reporter.');
  const columns = [
    { title: 'What could be added, and why' },
    { title: 'First place', width: 170, style: CELL_GREY },
    { title: 'Places', width: 40, right: true },
  ];
  table(
    sheet,
    columns,
    gaps.map(({ message, path, count: many }) => [message, path, number(many)]),
  );
}
