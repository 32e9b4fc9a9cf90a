// A CASE graph read by libraries that are not ours: as triples, and held against the SHACL shapes of CASE 1.4.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetCore } from '@rdfjs/types';
import jsonld from 'jsonld';
import { Parser, Store } from 'n3';
import Validator from 'rdf-validate-shacl';

const SHAPES = resolve(import.meta.dirname, '../../../shared/vectors/case/case-1.4.0.ttl');
export const hasShapes = existsSync(SHAPES);

const SHACL = 'http://www.w3.org/ns/shacl#';

/** Its triples; what it says must stand in itself. */
export async function triplesOf(document: object): Promise<RdfQuad[]> {
  const documentLoader = (url: string): Promise<never> => Promise.reject(new Error(`${url} is asked for`));
  const nquads = await jsonld.toRDF(document, { format: 'application/n-quads', documentLoader });
  return new Parser({ format: 'N-Quads' }).parse(nquads);
}

/** Without what the validator would fetch, and the constraints in SPARQL, which it does not know. */
function readShapes(): RdfQuad[] {
  const left = new Set(['http://www.w3.org/2002/07/owl#imports', `${SHACL}sparql`]);
  return new Parser().parse(readFileSync(SHAPES, 'utf8')).filter(({ predicate }) => !left.has(predicate.value));
}

/** Read with the first graph: they are long. */
let shapes: RdfQuad[] | undefined;
let validator: Validator | undefined;
const asDataset = (store: Store): DatasetCore => store as unknown as DatasetCore;

const isOfClasses = /#(?:subClassOf|subPropertyOf|type)$/;

/** What the shapes find wrong with nodes of this graph: severity and property. Classes come from the shapes' own file. */
export async function againstShapes(triples: readonly RdfQuad[]): Promise<string[]> {
  shapes ??= readShapes();
  validator ??= new Validator(asDataset(new Store(shapes)));
  const store = new Store(triples);
  store.addQuads(shapes.filter(({ predicate }) => isOfClasses.test(predicate.value)));
  const { results } = await validator.validate(asDataset(store));
  const own = new Set(triples.map(({ subject }) => subject.value));
  return results
    .filter(({ focusNode }) => own.has((focusNode as RdfTerm | null)?.value ?? ''))
    .map(({ severity, path }) => {
      const [how, what] = [severity, path].map((term) => (term as RdfTerm | null)?.value.split(/[#/]/).at(-1) ?? '');
      return `${how ?? ''} ${what ?? ''}`;
    });
}
