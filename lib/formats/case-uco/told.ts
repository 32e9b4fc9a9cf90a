// What a CASE graph is made of: as much of a case manifest as it tells.

export interface ToldFile {
  /** `E0001` and so on. */
  readonly exhibit: string;
  /** In the packet. */
  readonly path: string;
  /** Its own id. */
  readonly attachment: string;
  /** What the submitter calls it. */
  readonly originalName?: string | undefined;
  readonly contentType?: string | undefined;
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

export interface ToldAct {
  readonly seq: number;
  readonly time: string;
  /** One of `actors`, or `desk`. */
  readonly actorId: string;
  readonly act: string;
  readonly exhibit?: string | undefined;
}

export interface ToldOrder {
  readonly id: string;
  readonly agency: { readonly id: string; readonly name: string };
  readonly orderedAt: string;
  readonly purpose: string;
  readonly legalBasis: string;
}

/** Ids are UUIDs, but for an agency's. */
export interface ToldCase {
  readonly desk: string;
  readonly packet?: ToldOrder | undefined;
  readonly referral: {
    readonly id: string;
    /** The reporting organisation's id. */
    readonly reporter: string;
    readonly incidentType: string;
    readonly openedAt: string;
    /** Of what was received. */
    readonly sha256?: string | undefined;
    readonly sizeBytes?: number | undefined;
    /** Present where it came as XML. */
    readonly report?: object | undefined;
  };
  readonly exhibits: readonly ToldFile[];
  readonly views: readonly { readonly seq?: number | undefined; readonly exhibit?: string | undefined }[];
  readonly actors: readonly { readonly id: string; readonly role: string; readonly name?: string | undefined }[];
  /** In the order of the chain. */
  readonly custody: { readonly acts: readonly ToldAct[] };
}
