// The client's front door. Loading it opens no files and no SDK; it may be used wherever there is a `fetch`.
export { deskClient, type DeskClient, type SentFile } from './client/desk-client.ts';
export { submitReferral, type Submission, type Submitted, type SubmittedFile } from './client/submit.ts';
export type { SubmitFile, SubmitProgress } from './client/file.ts';
export type { DeclaredFile } from './client/match.ts';
export type { ClientOptions } from './client/transport.ts';
