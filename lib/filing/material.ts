// What is filed of a referral: the referral itself and its files, each with what is known of it in CyberTipline's words. It comes from
// the chain up to the order and is the same whenever it is gathered; nothing is made up for what is not there.
import type { Attachment, FileDetails, Referral } from '../../schemas/index.ts';
import type { Chain, Core } from '../core.ts';
import { gather, type Gathered, type GatheredExhibit } from '../packet/gather.ts';
import type { ObjectRecord } from '../ports.ts';

/** One file to be filed. */
export interface FilingFile {
  readonly attachment: string;
  /** Its place among the referral's attachments; undefined where the referral does not declare it. */
  readonly declared: number | undefined;
  readonly object: ObjectRecord;
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
  /** As its sender called it. */
  readonly name: string | undefined;
  readonly contentType: string | undefined;
  /** Without numbers of a report and a file; undefined where there is nothing to say. */
  readonly details: FileDetails | undefined;
}

export interface FilingMaterial {
  readonly referral: Referral;
  /** In the order of the referral, then of arrival. */
  readonly files: readonly FilingFile[];
}

/** @param last the entry up to which the chain is read: that of an order. @throws DeskError as reading damaged objects does */
export async function materialOf(core: Core, chain: Chain, last: number): Promise<FilingMaterial> {
  const gathered = await gather(core, chain, last);
  const viewed = viewedByReporter(gathered);
  return {
    referral: gathered.referral,
    files: gathered.exhibits.map((each) => fileOf(gathered.referral, viewed, each)),
  };
}

/** SHA-256 of what the reporter's own people looked at in full before it was finished. A look by the desk's is no look by the reporter. */
function viewedByReporter({ case: { views, actors }, entries }: Gathered): ReadonlySet<string> {
  const reporters = new Set(actors.flatMap(({ id, role }) => (role === 'reporter' ? [id] : [])));
  const counted = views.filter(({ source, seq, extent, afterFinish }) => {
    const by = seq === undefined ? undefined : entries[seq]?.actorId;
    return source === 'desk' && extent === 'full' && !afterFinish && by !== undefined && reporters.has(by);
  });
  return new Set(counted.map(({ sha256 }) => sha256));
}

function fileOf(referral: Referral, viewed: ReadonlySet<string>, { exhibit, object }: GatheredExhibit): FilingFile {
  const { attachment, declared, originalName, contentType, sizeBytes, md5 } = exhibit;
  const said: Attachment | undefined = declared === null ? undefined : referral.attachments?.[declared];
  const details = detailsOf(exhibit.details?.fileDetails ?? said?.fileDetails ?? {}, viewed.has(exhibit.sha256));
  return {
    attachment,
    declared: declared ?? undefined,
    object,
    sizeBytes,
    md5,
    name: originalName,
    contentType,
    details: Object.values(details).some((value) => value !== undefined) ? details : undefined,
  };
}

/**
 * The submitter's own words stand as they are. One thing alone is added where they leave it open: that the file was viewed, where the
 * reporter entered a look at all of it before the referral was finished (decision 9). What the file is called here goes with its bytes; whether that
 * is the name its uploader gave it nobody has said.
 */
function detailsOf(said: FileDetails, isViewed: boolean): FileDetails {
  const own = Object.fromEntries(Object.entries(said).filter(([name]) => !NUMBERS.has(name))) as FileDetails;
  return { ...own, ...(isViewed && own.fileViewedByEsp === undefined ? { fileViewedByEsp: true } : {}) };
}

/** Given out by whoever takes the file. */
const NUMBERS: ReadonlySet<string> = new Set(['reportId', 'fileId']);
