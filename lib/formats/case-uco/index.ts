// A case as a CASE 1.4 / UCO 1.4 graph in JSON-LD, for tools that read that: the investigation, its files, and the chain of custody.
// Always true: the same case gives the same bytes; one node is held at a time, so that memory does not grow with the case.
import { custodyNodes, custodyRefs } from './custody.ts';
import { exhibitNode, receivedNode, refToWhole, wholeNode } from './files.ts';
import { authorizationNodes, identityNodes, refToAuthorization } from './identities.ts';
import { dateTime, nameOf, text, type Node } from './node.ts';
import type { ToldCase } from './told.ts';

export type { ToldCase } from './told.ts';

const UCO = 'https://ontology.unifiedcyberontology.org/uco/';

function contextOf(desk: string): Node {
  return {
    kb: `urn:uuid:${desk}#`,
    'case-investigation': 'https://ontology.caseontology.org/case/investigation/',
    'uco-action': `${UCO}action/`,
    'uco-core': `${UCO}core/`,
    'uco-identity': `${UCO}identity/`,
    'uco-observable': `${UCO}observable/`,
    'uco-types': `${UCO}types/`,
    xsd: 'http://www.w3.org/2001/XMLSchema#',
  };
}

/** The document in pieces: its context, then one node a line. */
export function* caseGraph(told: ToldCase): Generator<string> {
  yield `{"@context":${JSON.stringify(contextOf(told.desk))},"@graph":[`;
  let between = '\n';
  for (const node of nodes(told)) {
    yield `${between}${JSON.stringify(node)}`;
    between = ',\n';
  }
  yield '\n]}\n';
}

function* nodes(told: ToldCase): Generator<Node> {
  yield investigationNode(told);
  yield* authorizationNodes(told);
  yield* identityNodes(told);
  yield receivedNode(told);
  for (const file of told.exhibits) yield exhibitNode(file);
  yield wholeNode(told);
  yield* custodyNodes(told);
}

function investigationNode(told: ToldCase): Node {
  const { id, incidentType, openedAt } = told.referral;
  return {
    '@id': nameOf('investigation', id),
    '@type': 'case-investigation:Investigation',
    'uco-core:name': id,
    'case-investigation:investigationForm': 'suspicious-activity',
    'case-investigation:focus': text(incidentType),
    'uco-core:startTime': dateTime(openedAt),
    'case-investigation:relevantAuthorization': told.packet && refToAuthorization(told.packet),
    'uco-core:object': [refToWhole(told), ...custodyRefs(told)],
  };
}
