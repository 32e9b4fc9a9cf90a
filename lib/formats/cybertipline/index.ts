// NCMEC's CyberTipline documents: read into the words of a referral, and written from them.
// Always true: what is read and written again is the same tree.
export type { FileDetailsDocument, Place, ReadDocument, WriteOptions } from './document.ts';
export { readFileDetails, readReport } from './read.ts';
export { fileDetailsXml, reportXml } from './write.ts';
export { cybertiplineXsd } from './xsd.ts';
export { readAnswer, writeAnswer, type Answer } from './answer.ts';
