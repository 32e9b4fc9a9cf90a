// Files in a CASE graph: what was received of the referral, the exhibits, and all of them together.
import { hexBinary, nameOf, refTo, text, type Node, type Ref } from './node.ts';
import type { ToldCase, ToldFile } from './told.ts';

export function refToFile({ attachment }: ToldFile): Ref {
  return refTo('file', attachment);
}

export function refToReceived({ referral }: ToldCase): Ref {
  return refTo('file', referral.id, 'received');
}

/** The referral and all its exhibits together: what an act is about that is about none of them alone. */
export function refToWhole({ referral }: ToldCase): Ref {
  return refTo('grouping', referral.id, 'whole');
}

export function exhibitNode(file: ToldFile): Node {
  const { attachment, path, originalName, contentType, sizeBytes, md5, sha1, sha256 } = file;
  const name = originalName ?? path.slice(path.lastIndexOf('/') + 1);
  const hashes = { MD5: md5, SHA1: sha1, SHA256: sha256 };
  return {
    '@id': nameOf('file', attachment),
    '@type': 'uco-observable:File',
    'uco-core:name': file.exhibit,
    'uco-core:hasFacet': [
      fileFacet(attachment, name, path, sizeBytes),
      content(attachment, contentType, sizeBytes, hashes),
    ],
  };
}

/** What came first, byte for byte; of a part of it nothing is said but that it came. */
export function receivedNode({ referral }: ToldCase): Node {
  const { id, sizeBytes, sha256, report } = referral;
  const type = report === undefined ? 'application/json' : 'application/xml';
  return {
    '@id': nameOf('file', id, 'received'),
    '@type': 'uco-observable:File',
    'uco-core:name': 'the referral as received',
    'uco-core:hasFacet':
      sizeBytes === undefined || sha256 === undefined
        ? undefined
        : [content(`${id}/received`, type, sizeBytes, { SHA256: sha256 })],
  };
}

export function wholeNode(told: ToldCase): Node {
  return {
    '@id': refToWhole(told)['@id'],
    '@type': 'uco-core:Grouping',
    'uco-core:name': 'the referral and its exhibits',
    'uco-core:context': 'one referral',
    'uco-core:object': [refToReceived(told), ...told.exhibits.map(refToFile)],
  };
}

function fileFacet(id: string, name: string, path: string, sizeBytes: number): Node {
  return {
    '@id': nameOf('file-facet', id, 'file-facet'),
    '@type': 'uco-observable:FileFacet',
    'uco-observable:fileName': text(name),
    'uco-observable:filePath': path,
    'uco-observable:sizeInBytes': sizeBytes,
  };
}

function content(
  id: string,
  type: string | undefined,
  sizeBytes: number,
  hashes: Readonly<Record<string, string>>,
): Node {
  return {
    '@id': nameOf('content-data-facet', id, 'content-data-facet'),
    '@type': 'uco-observable:ContentDataFacet',
    'uco-observable:mimeType': type && text(type),
    'uco-observable:sizeInBytes': sizeBytes,
    'uco-observable:hash': Object.entries(hashes).map(([method, value]) => ({
      '@id': nameOf('hash', id, method),
      '@type': 'uco-types:Hash',
      'uco-types:hashMethod': method,
      'uco-types:hashValue': hexBinary(value),
    })),
  };
}
