// The log, how whoever holds the packet can check it without the desk, and what is missing.
import { fields, note, nothing, paragraph } from './blocks.ts';
import { sum } from './facts.ts';
import { placeName } from './labels.ts';
import { CELL_GREY, DENSE_MONO_GREY, MONO } from './scale.ts';
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
    'All chains of the desk stand in one log whose head the desk signs. Whoever keeps this checkpoint can check later whether anything was taken out or changed.',
  );
  fields(sheet, [
    ['Last entry of the referral', `entry ${number(held.log.index + 1)} of ${number(held.log.size)} in the log`],
    [
      'Checkpoint',
      held.log.checkpoint
        .split('\n')
        .filter((line, at, all) => line !== '' || at < all.length - 1)
        .map((text) => ({ text, style: MONO })),
    ],
  ]);
}

/** As README.txt of the packet says it (lib/packet/read-me.ts). */
const STEPS: readonly (readonly [string, ...string[]])[] = [
  [
    'In the unpacked folder that holds README.txt. Every line must end in OK. macOS: shasum -a 256 -c. Windows: certutil -hashfile FILE SHA256, and compare with the line of that file.',
    'sha256sum -c tagmanifest-sha256.txt',
    'sha256sum -c manifest-sha256.txt',
  ],
  [
    'The SHA-256 of data/case.json must be the one at the foot of every page of this summary.',
    'sha256sum data/case.json',
  ],
  [
    'This shows that nothing was changed by accident. That nobody changed it on purpose, and who signed it, only the signature shows. Get trust.json from the desk by another way than this packet. Before trusting it, compare its twelve words with the desk on the telephone, on a number that does not come from this packet.',
  ],
  [
    'Then, with the program referral-desk (npm, and not from this packet). It says AUTHENTIC, or names what is wrong. Without --trust it can only say: consistent, signer unknown.',
    'referral-desk verify PACKET.zip --trust trust.json',
  ],
];

export function checking({ sheet, case: held, caseSha256 }: Story): void {
  if (held.packet === undefined) {
    nothing(sheet, 'A reading copy cannot be verified. Order a packet for that.');
    return;
  }
  const rows = STEPS.map(([text, ...commands], at): Cell[] => {
    const digest = commands.some((each) => each.endsWith('case.json')) ? [caseSha256] : [];
    return [`${at + 1}`, [{ text }, ...[...commands, ...digest].map((each) => ({ text: each, style: MONO }))]];
  });
  table(sheet, [{ title: '', width: 12, style: CELL_GREY }, { title: '' }], rows, {
    plain: true,
    isList: true,
    padding: 3,
  });
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
    { title: 'First place', width: 200 },
    { title: 'Places', width: 40, right: true },
  ];
  const rows = gaps.map(({ message, path, count: many }): Cell[] => {
    return [message, [{ text: placeName(path) }, { text: path, style: DENSE_MONO_GREY }], number(many)];
  });
  table(sheet, columns, rows);
}
