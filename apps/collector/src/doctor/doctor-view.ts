import type { Paint } from '../once/paint.ts';
import type { Diagnosis, HostLook } from './diagnose.ts';
import type { DoctorWords } from './doctor-words.ts';

/** What is shown, every text in it printable, and how. */
export interface DoctorView {
  look: HostLook;
  diagnosis: Diagnosis;
  /** Of this run, for advice on the next one. */
  run: DoctorRun;
  words: DoctorWords;
  paint: Paint;
  columns: number;
}

export interface DoctorRun {
  isRoot: boolean;
  /** The same command for a shell, by sudo. */
  sudoLine: string;
  hostRoot: string;
  /** All findings of a rule are shown in full: somebody asked for these rules by name. */
  isInFull: boolean;
}
