// Jest's TypeScript transformer: Node's own type stripping. Lines and columns stay where they are, so no source map is needed.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

const strip = (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) });

export default {
  process: strip,
  processAsync: (source) => Promise.resolve(strip(source)),
  getCacheKey: (source, path, { configString }) =>
    createHash('sha256').update([process.version, configString, path, source].join('\0')).digest('hex'),
};
