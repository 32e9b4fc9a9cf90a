// A VICS 2.0-shaped case file: the exhibits as tools for sorting media take them in. The schema of Project VIC is shared under agreement
// alone; this is the shape that public readers and writers show, and no certification is claimed.
// Always true: the category of every file is null, and no flag is set: nobody at a desk categorises. The same case gives the same bytes.

export interface VicsFile {
  readonly path: string;
  readonly originalName?: string | undefined;
  readonly label?: string | undefined;
  readonly contentType?: string | undefined;
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly sealedAt: string;
}

/** Whom to ask about the case; what is not known is empty. */
export interface VicsContact {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

export interface VicsCase {
  /** A UUID. */
  readonly id: string;
  readonly contact: VicsContact;
  readonly files: readonly VicsFile[];
}

const CONTEXT = 'http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/CUSTOM/$metadata#Cases';

/** The document in pieces, one file a line. Readers go by the order of the keys. */
export function* vicsCase({ id, contact, files }: VicsCase): Generator<string> {
  const head = JSON.stringify({
    CaseID: id,
    CaseNumber: id,
    ContactName: contact.name ?? '',
    ContactEmail: contact.email ?? '',
    ContactPhone: contact.phone ?? '',
    ContactTitle: '',
    ContactOrganization: '',
    SourceApplicationName: 'referral-desk',
    SourceApplicationVersion: '1',
    TotalMediaFiles: files.length,
  });
  yield `{"@odata.context":${JSON.stringify(CONTEXT)},"value":[${head.slice(0, -1)},"Media":[`;
  for (const [n, file] of files.entries()) yield `${n === 0 ? '' : ','}\n${JSON.stringify(mediaOf(file, n + 1))}`;
  yield '\n]}]}\n';
}

function mediaOf(
  { path, originalName, label, contentType, sizeBytes, sealedAt, md5, sha1, sha256 }: VicsFile,
  id: number,
): object {
  const [MD5, SHA1, SHA256] = [md5, sha1, sha256].map((hex) => hex.toUpperCase());
  const name = originalName ?? path;
  return {
    MediaID: id,
    Category: null,
    MD5,
    SHA1,
    MediaSize: sizeBytes,
    MimeType: contentType ?? '',
    RelativeFilePath: backslashed(path.replace(/^data\//, '')),
    VictimIdentified: false,
    OffenderIdentified: false,
    IsDistributed: false,
    IsSuspected: false,
    IsPrecategorized: false,
    Series: null,
    Tags: '',
    Comments: '',
    DateUpdated: sealedAt,
    AlternativeHashes: [{ MD5, HashName: 'SHA256', HashValue: SHA256 }],
    Exifs: [],
    MediaFiles: [
      {
        MD5,
        FileName: /[^/\\]+$/.exec(name)?.[0] ?? name,
        FilePath: backslashed(name),
        Created: null,
        Written: null,
        Accessed: null,
        Unallocated: false,
        SourceID: label ?? '',
      },
    ],
  };
}

/** As these files write paths; it is text, never opened. */
function backslashed(path: string): string {
  return path.replaceAll('/', '\\');
}
