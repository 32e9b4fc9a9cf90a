// Our own schema of CyberTipline's documents, made from schemas/.
import { DeskError } from '../../errors.ts';

export function cybertiplineXsd(): string {
  throw new DeskError('internal', 'To come.');
}
