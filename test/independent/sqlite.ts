// Reading SQLite files without writing to them, each column as what it is.
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { demand, wrong } from './bytes.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

export interface Tables {
  /** All rows of a table, in the order of a column. */
  all(table: string, order: string): readonly Row[];
  close(): void;
}

/** Opens a database read-only and holds its application_id and user_version. */
export function openTables(file: string, applicationId: number): Tables {
  const database = new DatabaseSync(file, { readOnly: true });
  const pragma = (name: string): SQLOutputValue => database.prepare(`PRAGMA ${name}`).get()?.[name] ?? null;
  demand(pragma('application_id') === applicationId, `${file}: not one of a desk's databases`);
  demand(pragma('user_version') === 1, `${file}: of an unknown version`);
  return {
    all: (table, order) => database.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).all(),
    close: () => {
      database.close();
    },
  };
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrong(`column ${column} is not text`);
}

export function countOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : wrong(`column ${column} is not a number`);
}

export function bytesOf(row: Row, column: string): Buffer {
  const value = row[column];
  return value instanceof Uint8Array ? Buffer.from(value) : wrong(`column ${column} is not bytes`);
}
