import { spawn } from "node:child_process";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../../src/core/index.ts";

/**
 * Nothing that the repository brings along is run, and nothing goes over the network: no hooks, no monitor, no transport
 * (a partial clone would fetch what it lacks), no replaced objects, nobody's configuration but the repository's own.
 */
const SAFE = [
  "--no-replace-objects",
  "--literal-pathspecs",
  "--no-optional-locks",
  ...["-c", "core.hooksPath=/dev/null"],
  ...["-c", "core.fsmonitor=false"],
  ...["-c", "protocol.allow=never"],
];
const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  LC_ALL: "C",
};
/** Git is looked for where programs are; nothing else of our environment reaches it. */
const PLACES = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin";
const TIMEOUT_MS = 60_000;
const MAX_COMPLAINT = 300;

/**
 * Runs one command of Git that only reads.
 * @param call.maxBytes what it may answer at most
 * @param call.places folders in which the program is looked for, like PATH
 * @throws FrontdeskError `unsupported` without Git, `source_unreadable` what Git complains about, `source_too_large`
 */
export async function git(
  folder: string,
  words: readonly string[],
  call: {
    readonly maxBytes: number;
    readonly places?: string;
    readonly signal: AbortSignal;
  },
): Promise<Buffer> {
  const child = spawn("git", [...SAFE, ...words], {
    cwd: folder,
    env: { ...ENVIRONMENT, PATH: call.places ?? PLACES },
    stdio: ["ignore", "pipe", "pipe"],
    signal: call.signal,
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // A process that could not be started says so while nobody waits yet.
  ended.catch(() => {});
  const parts: Buffer[] = [];
  let size = 0;
  let complaint = "";
  child.stderr.on("data", (part: Buffer) => {
    if (complaint.length < MAX_COMPLAINT) complaint += part.toString();
  });
  child.stdout.on("data", (part: Buffer) => {
    size += part.length;
    if (size > call.maxBytes) child.kill("SIGKILL");
    else parts.push(part);
  });
  const code = await ended.catch((error: unknown) => {
    call.signal.throwIfAborted();
    throw notStarted(error, folder);
  });
  if (size > call.maxBytes) {
    throw new FrontdeskError("source_too_large", `gives more than ${call.maxBytes} bytes`);
  }
  if (code === 0) return Buffer.concat(parts);
  const said = complaint.trim().split("\n")[0]?.slice(0, MAX_COMPLAINT) ?? "";
  throw new FrontdeskError(
    "source_unreadable",
    `${folder} cannot be read by Git (${said === "" ? "no answer in time" : said}); it must be a checkout of the user that runs Frontdesk, with a commit`,
  );
}

function notStarted(cause: unknown, folder: string): FrontdeskError {
  if (systemErrorCode(cause) === "ENOENT") {
    return new FrontdeskError(
      "unsupported",
      `${folder} is to be read with Git, but the program git was not found. Install it (apt install git), or add the folder without --git.`,
      { cause },
    );
  }
  return new FrontdeskError(
    "source_unreadable",
    `${folder} cannot be read by Git (${errorMessage(cause)})`,
    { cause },
  );
}
