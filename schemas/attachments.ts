// Files: what the submitter declares about each, where it was found, who looked at it, and what its marks rest on.
// Always true: path is text to show and never a place on a disk; who sends a file's bytes declares their SHA-256 with them.
import * as z from 'zod';
import { BASIS_KINDS, DETECTION_CONTEXTS, FILE_FLAGS, REPORT_FLAGS, VIEW_EXTENTS } from './codes.ts';
import { group, own } from './field.ts';
import { fileDetails } from './file-details.ts';
import { count, dateTime, oneOf, sha256, text } from './lexical.ts';
import { from, to } from './times.ts';

export const provenance = group('Provenance', 'Where the material was found, when no user sent it in.', {
  detectionContext: own(oneOf(DETECTION_CONTEXTS), {
    what: 'How it came to be noticed.',
    why: 'Tells a report about a person from a find in a heap of data.',
  }),
  dataset: own(text().optional(), {
    what: 'Name and version of the data set it was found in.',
    why: 'Without a source a find cannot be followed up.',
    maxLength: 500,
  }),
  url: own(text().optional(), {
    what: 'Address it was collected from.',
    why: 'Leads to the host, and from there to the uploader.',
    url: true,
    maxLength: 2083,
  }),
  crawledAt: own(dateTime().optional(), {
    what: 'When it was collected.',
    why: 'Hosts keep their records for weeks, not years.',
    zone: true,
    past: true,
  }),
  uploaderUnknownReason: own(text().optional(), {
    what: 'Why nobody can say who uploaded it.',
    why: 'Spares police from asking for records that do not exist.',
    maxLength: 3000,
  }),
});

const basis = {
  by: own(oneOf(BASIS_KINDS), {
    what: 'Whether a person, a model or a hash bank says so.',
    why: 'A guess by a model and the judgement of an analyst weigh differently.',
  }),
  name: own(text(), {
    what: 'Name of the person, the model or the hash bank.',
    why: 'Somebody must be able to ask.',
    notBlank: true,
    maxLength: 300,
  }),
  version: own(text().optional(), {
    what: 'Version of the model or of the hash list.',
    why: 'Errors of one version can be found again later.',
    maxLength: 200,
  }),
  at: own(dateTime().optional(), {
    what: 'When it was decided.',
    why: 'Shows whether somebody had looked before the mark was set.',
    zone: true,
    past: true,
  }),
};

const marked = 'The mark that is explained.';
const whyMarked = 'A mark moves a referral up or down; somebody must stand for it.';

const fileBasis = group('FileAnnotationBasis', 'What a mark on a file rests on.', {
  annotation: own(oneOf(FILE_FLAGS), { what: marked, why: whyMarked }),
  ...basis,
});

export const reportBasis = group('ReportAnnotationBasis', 'What a mark on the incident rests on.', {
  annotation: own(oneOf(REPORT_FLAGS), { what: marked, why: whyMarked }),
  ...basis,
});

export const attachment = group('Attachment', 'A file that belongs to the referral.', {
  path: own(text(), {
    what: 'Relative path or name, exactly as the submitter calls it.',
    why: 'Shows where it lay, and lets submitter and police speak of the same file.',
    notBlank: true,
    maxLength: 4096,
  }),
  sha256: own(sha256().optional(), {
    what: 'SHA-256 of the bytes, in lower case. Without it the file is known by its path alone.',
    why: 'Proves that the file is the one that was handed over.',
  }),
  sizeBytes: own(count().optional(), {
    what: 'Number of bytes.',
    why: 'Shows at once when something was cut short.',
  }),
  contentType: own(text().optional(), {
    what: 'Media type as the submitter knows it, such as image/jpeg.',
    why: 'Tells which tool opens it; never trusted blindly.',
    notBlank: true,
    maxLength: 255,
  }),
  exhibit: own(text().optional(), {
    what: 'Label as used in court or in the covering report, such as A-17.',
    why: 'Lets a statement and a file be laid side by side.',
    notBlank: true,
    maxLength: 100,
  }),
  fileDetails: own(fileDetails.optional(), {
    what: "What is known about the file, in CyberTipline's words.",
    why: 'Says whether it was viewed, when it was uploaded and over which connection.',
    document: true,
  }),
  annotationBasis: own(z.array(fileBasis).optional(), {
    what: 'What each mark in fileAnnotations rests on.',
    why: whyMarked,
  }),
  provenance: own(provenance.optional(), {
    what: 'Where this file was found, when no user sent it in.',
    why: 'Without a source a find cannot be followed up.',
  }),
});

export const viewEvent = group('ViewEvent', 'Somebody looked at a file, or states that nobody did.', {
  sha256: own(sha256(), {
    what: 'SHA-256 of the file.',
    why: 'Ties the looking to exactly these bytes.',
  }),
  viewer: own(text(), {
    what: 'Who looked: a name, or a staff number that leads to one.',
    why: 'The viewer may have to testify.',
    notBlank: true,
    maxLength: 300,
  }),
  from,
  to,
  extent: own(oneOf(VIEW_EXTENTS), {
    what: 'How much was seen.',
    why: 'Police may open without a warrant only what the reporter has seen in full.',
  }),
});

export type Provenance = z.infer<typeof provenance>;
export type Attachment = z.infer<typeof attachment>;
export type FileAnnotationBasis = z.infer<typeof fileBasis>;
export type ReportAnnotationBasis = z.infer<typeof reportBasis>;
export type ViewEvent = z.infer<typeof viewEvent>;
