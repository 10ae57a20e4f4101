interface Program {
  name: string;
  args: string[];
  env: Record<string, string | undefined>;
  logFile: string;
  cwd?: string;
  finalExitCode?: number;
}

export class Supervisor {
  constructor(onFailure: (error: Error) => void);
  start(program: Program, isReady?: (isOver: () => boolean) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}
