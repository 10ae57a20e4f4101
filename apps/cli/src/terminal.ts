/** All that the command line has of the process that it runs in. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  now(): Date;
  out(text: string): void;
  err(text: string): void;
  /** Whether stdout shows colours. */
  colours: boolean;
  /** Whether stdin is typed by somebody. */
  typed: boolean;
  /** All of stdin; of a terminal its first line. */
  readInput(): Promise<string>;
}
