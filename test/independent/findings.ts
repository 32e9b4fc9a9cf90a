// What a check finds: where and what, gathered without stopping at the first.
import { messageOf } from './bytes.ts';

export interface Finding {
  readonly where: string;
  readonly what: string;
}

export class Findings {
  readonly all: Finding[] = [];

  add(where: string, what: string): void {
    this.all.push({ where, what });
  }

  expect(holds: boolean, where: string, what: string): void {
    if (!holds) this.add(where, what);
  }

  /** The result of a step, or nothing and a finding when the material does not allow it. */
  attempt<T>(where: string, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      this.add(where, messageOf(error));
      return undefined;
    }
  }
}
