// What is known about one file, in the words of CyberTipline's fileDetails.
// Always true: reportId and fileId may be missing (a door gives them out); everything else is as NCMEC has it.
import * as z from 'zod';
import { deviceIds, ipCaptureEvent } from './account-fields.ts';
import { DETAIL_TYPES, FILE_CLASSIFICATIONS, FILE_RELEVANCES } from './codes.ts';
import { anyOrderGroup, attribute, choiceGroup, element, group, textOf } from './field.ts';
import { dateTime, flag, long, oneOf, text, token, truth } from './lexical.ts';

const fileAnnotations = anyOrderGroup('FileAnnotations', 'Marks on a file; each is true or left out.', {
  animeDrawingVirtualHentai: element(flag().optional(), {
    what: 'Drawn or made by computer, showing no real child.',
    why: 'No child to be found; the law differs by country.',
  }),
  potentialMeme: element(flag().optional(), {
    what: 'Seems to be shared as a joke or out of outrage.',
    why: 'Keeps people who meant no harm at the end of the queue.',
  }),
  viral: element(flag().optional(), {
    what: 'Shared very widely in a short time.',
    why: 'The child is usually known already.',
  }),
  possibleSelfProduction: element(flag().optional(), {
    what: 'The child may have made it without another person present.',
    why: 'Points to a child who may be under pressure now.',
  }),
  physicalHarm: element(flag().optional(), {
    what: 'Shows somebody being hurt.',
    why: 'Raises it in the queue.',
  }),
  violenceGore: element(flag().optional(), {
    what: 'Shows violence or its results.',
    why: 'Warns whoever must look at it.',
  }),
  bestiality: element(flag().optional(), {
    what: 'Shows an animal being involved.',
    why: 'A further offence, and a warning to whoever must look at it.',
  }),
  liveStreaming: element(flag().optional(), {
    what: 'Was streamed live.',
    why: 'The harm may be going on; viewers took part.',
  }),
  infant: element(flag().optional(), {
    what: 'Shows a child too young to speak for itself.',
    why: 'Raises it in the queue.',
  }),
  generativeAi: element(flag().optional(), {
    what: 'Seems to be made by a generative model.',
    why: 'There may be no child, or a real child whose face was used.',
  }),
});

const hash = group('Hash', 'A hash of a file.', {
  value: textOf(text(), {
    what: 'The hash itself.',
    why: 'Recognises the same file everywhere without looking at it.',
  }),
  hashType: attribute(text(), {
    what: 'Kind of hash, such as MD5 or SHA1.',
    why: 'A hash of unknown kind cannot be compared.',
    maxLength: 64,
  }),
});

const nameValue = group('NameValue', 'One named value.', {
  name: element(text(), { what: 'Name of the value.', why: 'Tells what was measured.', maxLength: 64 }),
  value: element(text(), { what: 'The value.', why: 'Camera, place and time often stand here.' }),
});

const details = group('Details', 'Values found in the file or computed from it.', {
  nameValuePair: element(z.array(nameValue).min(1, { error: 'Give at least one pair, or leave `details` out.' }), {
    what: 'Names and values.',
    why: 'Camera, place and time often stand here.',
  }),
  type: attribute(oneOf(DETAIL_TYPES).optional(), {
    what: 'Whether the values are EXIF data or hashes.',
    why: 'Tells what came from the camera and what was computed later.',
  }),
});

export const fileHash = hash;

export const fileDetails = choiceGroup(
  'FileDetails',
  'What is known about one file.',
  { among: ['potentialMeme', 'fileAnnotations'], need: 'at-most-one' },
  {
    reportId: element(long().optional(), {
      what: 'Number of the CyberTipline report; given out by the door that takes the report.',
      why: 'Ties the file to its report.',
      reportId: true,
    }),
    fileId: element(token().optional(), {
      what: 'Id of the uploaded file; given out by the door that takes the file.',
      why: 'Ties these details to the bytes.',
      notBlank: true,
    }),
    fileName: element(text().optional(), {
      what: 'Old form of the file name; use originalFileName.',
      why: 'Kept so that older reports can be read.',
    }),
    originalFileName: element(text().optional(), {
      what: 'Name the file had when the user uploaded it.',
      why: 'Names tell what the user thought it was, and are found again on his devices.',
      maxLength: 2056,
    }),
    uploadedToEspTimestamp: element(dateTime().optional(), {
      what: 'When the user uploaded the file to the service.',
      why: 'Ties the file to a connection and so to a person.',
      zone: true,
      past: true,
    }),
    locationOfFile: element(text().optional(), {
      what: 'Address at which the file could be seen.',
      why: 'Lets it be preserved and taken down.',
      url: true,
      maxLength: 2083,
    }),
    fileViewedByEsp: element(truth().optional(), {
      what: 'Whether a person at the reporter looked at the whole file.',
      why: 'Decides whether police may open it without a warrant.',
    }),
    exifViewedByEsp: element(truth().optional(), {
      what: 'Whether a person at the reporter looked at the EXIF data.',
      why: 'Decides whether police may use it without a warrant.',
    }),
    publiclyAvailable: element(truth().optional(), {
      what: 'Whether everybody could see the file.',
      why: 'Nobody expects privacy for what is public.',
    }),
    fileRelevance: element(oneOf(FILE_RELEVANCES).optional(), {
      what: 'Whether the file itself is reported, or only helps to understand; Reported when left out.',
      why: 'Keeps profile pictures and screenshots apart from the offence.',
    }),
    potentialMeme: element(truth().optional(), {
      what: 'Old form of fileAnnotations/potentialMeme.',
      why: 'Kept so that older reports can be read.',
    }),
    fileAnnotations: element(fileAnnotations.optional(), {
      what: 'Marks on the file.',
      why: 'Sorts the file before anybody has to look at it.',
    }),
    industryClassification: element(oneOf(FILE_CLASSIFICATIONS).optional(), {
      what: 'Class agreed among platforms: A or B for age, 1 or 2 for content.',
      why: 'Sorts the file before anybody has to look at it.',
    }),
    originalFileHash: element(z.array(hash).optional(), {
      what: 'Hashes of the file as the user uploaded it.',
      why: 'Recognises a file that the service has changed since.',
    }),
    ipCaptureEvent: element(ipCaptureEvent.optional(), {
      what: 'The one connection over which the file came.',
      why: 'The strongest tie between a file and a person.',
    }),
    deviceId: deviceIds,
    details: element(z.array(details).optional(), {
      what: 'Values found in the file or computed from it.',
      why: 'Camera, place and time often stand here.',
    }),
    additionalInfo: element(z.array(text()).optional(), {
      what: 'Anything else worth knowing about this file, one entry each.',
      why: 'Holds what has no field of its own.',
    }),
  },
);

export type FileAnnotations = z.infer<typeof fileAnnotations>;
export type FileHash = z.infer<typeof hash>;
export type Details = z.infer<typeof details>;
export type FileDetails = z.infer<typeof fileDetails>;
