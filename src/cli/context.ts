import type { Config } from "../config.ts";
import { loadConfig, readEnvironment } from "../config.ts";
import type { Application } from "../ports/application.ts";
import { type Io, processIo, writeLine } from "./io.ts";
import { type OpenedApplication, type OpenOptions, openApplication } from "./open-application.ts";

/** What a command has while the application is open. */
interface CommandScope
  extends Pick<
    OpenedApplication,
    "logger" | "metrics" | "adapters" | "knowledgeService" | "restService" | "begun" | "tickets"
  > {
  /** Also aborted when the owner that this command is attached to goes away. */
  readonly signal: AbortSignal;
}

/** What every command starts from. */
export interface CommandContext {
  readonly io: Io;
  /** Aborted by SIGTERM, and by SIGINT where a command does not handle it itself. */
  readonly signal: AbortSignal;
  config(): Config;
  /** Runs with the application, opened here or attached, and closes it afterwards. */
  withApplication(
    options: Pick<OpenOptions, "mustOwn" | "logTo" | "isOneShot" | "role">,
    run: (app: Application, scope: CommandScope) => Promise<number>,
  ): Promise<number>;
}

/** Builds the context from this process. */
export function createContext(options: {
  readonly configFile: () => string | null;
  readonly signal: AbortSignal;
}): CommandContext {
  const workingDirectory = process.cwd();
  const env = readEnvironment(workingDirectory);
  let loaded: Config | null = null;
  const config = (): Config => {
    loaded ??= loadConfig({ file: options.configFile(), env, workingDirectory });
    return loaded;
  };
  const io = processIo(env);
  return {
    io,
    signal: options.signal,
    config,
    async withApplication(open, run) {
      const lost = new AbortController();
      const opened = await openApplication({
        ...open,
        config: config(),
        signal: options.signal,
        onLost: (error) => lost.abort(error),
      });
      if (opened.unheeded.length > 0) {
        const names = opened.unheeded.join(", ");
        const line = `Frontdesk is already running and this command uses it as it is: ${names} set here has no effect. Set it there and start it again.`;
        writeLine(io.stderr, line);
      }
      const signal = AbortSignal.any([options.signal, lost.signal]);
      try {
        const { app, logger, metrics, adapters, knowledgeService, restService, begun, tickets } =
          opened;
        const parts = { logger, metrics, adapters, knowledgeService, restService, begun, tickets };
        return await run(app, { ...parts, signal });
      } finally {
        await opened.close();
      }
    },
  };
}
