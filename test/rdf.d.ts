// As much of two RDF libraries as tests use of them; they bring no types of their own.

interface RdfTerm {
  readonly termType: string;
  readonly value: string;
}

interface RdfQuad {
  readonly subject: RdfTerm;
  readonly predicate: RdfTerm;
  readonly object: RdfTerm & { readonly datatype?: RdfTerm };
}

declare module 'jsonld' {
  interface Options {
    readonly format: 'application/n-quads';
    readonly documentLoader: (url: string) => Promise<never>;
  }
  const jsonld: { toRDF(document: object, options: Options): Promise<string> };
  export = jsonld;
}

declare module 'n3' {
  export class Parser {
    constructor(options?: { readonly format: string });
    parse(text: string): RdfQuad[];
  }
  export class Store {
    constructor(quads?: readonly RdfQuad[]);
    addQuads(quads: readonly RdfQuad[]): void;
    getQuads(subject: string | null, predicate: string | null, object: string | null, graph: null): RdfQuad[];
  }
}
