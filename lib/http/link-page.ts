// The page of a link: a button. Where one answer does not carry the packet (on AWS), a script takes it in stretches and puts them together, which the
// page's own policy lets run and nothing else.
import { createHash } from 'node:crypto';
import type { LinkShown } from '../links.ts';
import { encryptionWords, packetFileName } from '../packet/name.ts';
import { sized } from './answer.ts';

/** @param answerBytes the most that one answer carries */
export function linkPage(shown: LinkShown, answerBytes: number): Response {
  const { sizeBytes, expiresAt, encryption, isCleared } = shown;
  const isLarge = sizeBytes > answerBytes;
  const size = sizeBytes >= 1e6 ? `${(sizeBytes / 1e6).toFixed(0)} MB` : `${Math.ceil(sizeBytes / 1000)} kB`;
  const html = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Referral Desk: a packet</title>',
    `<h1>A packet for you</h1><p>${size}. This link works once, until ${expiresAt}.</p>`,
    ...(isCleared
      ? [
          '<p><strong>Cleared: what this packet is about, or a person or file in it, was found not to be what it was taken for. Ask whoever sent the link for the notice.</strong></p>',
        ]
      : []),
    `<p>${secrecy(encryption)}</p>`,
    ...(isLarge ? inStretches(shown, answerBytes) : AT_ONCE),
    '</html>',
  ];
  const policy = isLarge ? { 'Content-Security-Policy': POLICY } : {};
  return sized(200, html.join('\n'), { 'Content-Type': 'text/html; charset=utf-8', ...policy });
}

const AT_ONCE = [
  '<p>A download by this link cannot be resumed: one that is cut off has used it up. For a large packet, ask for a key instead.</p>',
  '<form method="post"><button>Take the packet now</button></form>',
];

function inStretches({ packetId, encryption, sizeBytes }: LinkShown, step: number): string[] {
  const name = packetFileName(packetId, encryption);
  return [
    '<p>Keep this page open until it says that the packet is whole: closed before that, it has used the link up. For a packet of many gigabytes, ask for a key instead.</p>',
    `<p><button data-size="${sizeBytes}" data-step="${step}" data-name="${name}">Take the packet now</button> <output></output></p>`,
    `<noscript>This page needs JavaScript to put the packet together; or ask for a key.</noscript>`,
    `<script>${SCRIPT}</script>`,
  ];
}

/** Runs in the browser: asks for each stretch until it has it, writes it to the file where the browser lets it, else keeps it until all are there. */
const SCRIPT = `
const button = document.querySelector('button'), said = document.querySelector('output');
const size = Number(button.dataset.size), step = Number(button.dataset.step), name = button.dataset.name;
const word = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
const taking = word.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
async function ask(first, last) {
  for (let tries = 1; ; tries++) {
    let status = 0;
    try {
      const headers = { Range: 'bytes=' + first + '-' + last, Taking: taking };
      const answer = await fetch(location.href, { method: 'POST', headers });
      status = answer.status;
      const bytes = answer.ok ? await answer.arrayBuffer() : undefined;
      if (bytes !== undefined && bytes.byteLength === last - first + 1) return bytes;
    } catch {}
    if (tries === 8 || (status >= 400 && status < 500 && status !== 429)) throw new Error(String(status));
    await new Promise((done) => setTimeout(done, 250 * 2 ** tries));
  }
}
button.onclick = async () => {
  button.disabled = true;
  try {
    const picked = window.showSaveFilePicker && await window.showSaveFilePicker({ suggestedName: name });
    const file = picked && await picked.createWritable();
    const parts = [];
    for (let first = 0; first < size; first += step) {
      const bytes = await ask(first, Math.min(first + step, size) - 1);
      if (file) await file.write(bytes); else parts.push(new Blob([bytes]));
      said.value = Math.floor(100 * Math.min(first + step, size) / size) + ' %';
    }
    if (file) await file.close();
    else {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(parts));
      link.download = name;
      link.click();
    }
    said.value = 'The packet is whole: ' + name;
  } catch (error) {
    said.value = error.message === '410' ? 'This link was used or has ended: ask for a new one.' : 'Cut off: press again to begin anew.';
    button.disabled = false;
  }
};
`;

const POLICY = `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; connect-src 'self'`;

function secrecy(encryption: LinkShown['encryption']): string {
  if (encryption === 'none') return 'The packet is signed and not encrypted: whoever holds it can read it.';
  return `The packet is signed, and ${encryptionWords(encryption)}: only the agency can open it.`;
}
