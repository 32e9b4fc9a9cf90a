// Whether a program of others is there: what needs one is skipped where it is not.
import { spawnSync } from 'node:child_process';

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
