// Where the bytes of a packet that is put together lie, and the bytes themselves when they are asked for.
import { eachBegun } from '../begun.ts';
import type { Core } from '../core.ts';
import { contentOffset, layZip, zipBytes, type OpenEntry } from '../formats/zip/write.ts';
import type { Range } from '../ports.ts';
import { contentOf, exhibitBytes, isSealed, type PacketFile } from './packet-file.ts';
import { packetFolder } from './parts.ts';
import type { PacketRecord } from './record.ts';

/** A packet before any encryption: the same bytes each time they are asked for. */
export interface LaidOut {
  readonly sizeBytes: number;
  /** From its first byte to its last; a chunk is used up or copied before the next one is asked for. */
  readonly bytes: () => AsyncGenerator<Uint8Array>;
  /** The same without its exhibits. */
  readonly frame: () => AsyncGenerator<Uint8Array>;
  /** Where its exhibits stand, in their order. */
  readonly places: readonly ExhibitPlace[];
}

/** A stretch of a packet (before any encryption) that is the bytes of one exhibit, whole: those of a sealed object. */
export interface ExhibitPlace extends Range {
  readonly object: string;
}

/** @param files in the order of the packet */
export function layOut(core: Core, { id, orderedAt }: PacketRecord, files: readonly PacketFile[]): LaidOut {
  const folder = packetFolder(id);
  const entries = files.map(({ path, sizeBytes, crc32 }) => ({ name: `${folder}/${path}`, sizeBytes, crc32 }));
  const layout = layZip(entries, new Date(orderedAt));
  const open: OpenEntry = (_entry, n) => {
    const file = files[n];
    return file === undefined ? [] : contentOf(core, file);
  };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const exhibits = eachBegun(sealedOf(core, files));
    try {
      yield* zipBytes(layout, (entry, n) => (isSealed(files[n]?.content) ? nextOf(exhibits) : open(entry, n)));
    } finally {
      await exhibits.return();
    }
  }
  const places = files.flatMap(({ sizeBytes, content }, n) =>
    isSealed(content) ? [{ offset: contentOffset(layout, n), sizeBytes, object: content.id }] : [],
  );
  return {
    sizeBytes: layout.sizeBytes,
    bytes,
    frame: () => zipBytes(layout, (entry, n) => (isSealed(files[n]?.content) ? undefined : open(entry, n))),
    places,
  };
}

function* sealedOf(core: Core, files: readonly PacketFile[]): Generator<AsyncIterable<Uint8Array>> {
  for (const { content } of files) if (isSealed(content)) yield exhibitBytes(core, content);
}

async function* nextOf(streams: AsyncGenerator<AsyncIterable<Uint8Array>, void>): AsyncGenerator<Uint8Array> {
  const { value } = await streams.next();
  if (value !== undefined) yield* value;
}
