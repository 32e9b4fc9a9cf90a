// The calls of NCMEC's Reporting API: submit, upload, fileinfo, finish, retract. Files stream out of the vault, a frame at a time.
import type { Core } from '../core.ts';
import { DeskError } from '../errors.ts';
import { fileDetailsXml, reportXml } from '../formats/cybertipline/index.ts';
import type { Recipient, RecipientCall } from '../ports.ts';
import { openSealed } from '../seal.ts';
import type { Journal } from './journal.ts';
import type { FilingFile, FilingMaterial } from './material.ts';
import { formOf, type FormBody } from './multipart.ts';
import type { Call } from './plan.ts';

/** @throws DeskError ledger/failed when the book lacks what the call is about */
export function requestOf(
  core: Core,
  { referral, files }: FilingMaterial,
  { reportId, fileIds }: Journal,
  { schema }: Pick<Recipient, 'schema'>,
  { name, n }: Call,
): RecipientCall {
  if (name === 'submit') return xml('/submit', reportXml(referral, { schema }));
  const id = there(reportId);
  switch (name) {
    case 'upload':
      return form('/upload', formOf([{ name: 'id', value: id }], fileOf(core, there(files[n - 1]))));
    case 'fileinfo': {
      const details = { ...there(files[n - 1]).details, reportId: id, fileId: there(fileIds[n - 1]) };
      return xml('/fileinfo', fileDetailsXml(details, { schema }));
    }
    case 'finish':
    case 'retract':
      return form(`/${name}`, formOf([{ name: 'id', value: id }]));
  }
}

/** Asks for nothing but whether the recipient is there. */
export const STATUS: RecipientCall = { method: 'GET', path: '/status' };

function xml(path: string, text: string): RecipientCall {
  return { method: 'POST', path, contentType: 'text/xml; charset=utf-8', body: Buffer.from(text, 'utf8') };
}

function form(path: string, body: FormBody): RecipientCall {
  return { method: 'POST', path, ...body };
}

function fileOf(core: Core, { name, contentType, sizeBytes, object }: FilingFile) {
  const bytes = (): AsyncIterable<Uint8Array> => openSealed(core, object);
  return { name: 'file', fileName: name ?? NAMELESS, contentType, sizeBytes, bytes };
}

/** Without any name many servers would take the file for text. */
const NAMELESS = 'file';

function there<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new DeskError('ledger/failed', 'The book lacks what a filing has come to: run watch, then restore.');
}
