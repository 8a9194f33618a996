import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FrontdeskError, systemErrorCode } from "../../src/core/index.ts";
import { type ChromaBinding, isNewerVersion } from "./chroma-binding.ts";

const VERSION_FILE = "frontdesk-binding-version";
const PID_FILE = "frontdesk-server.pid";
const ORPHAN_POLLS = 30;
const POLL_MS = 100;

/**
 * Makes the data folder of Chroma fit for this binding: refuses one that a newer Chroma has written (an older one breaks
 * on it), and waits for a server of a killed predecessor, since two servers on one folder ruin it.
 * @throws FrontdeskError `vectors_unavailable`; retryable while another server holds the folder
 */
export async function claimChromaFolder(folder: string, binding: ChromaBinding): Promise<void> {
  await mkdir(folder, { recursive: true });
  const versionFile = join(folder, VERSION_FILE);
  const version = await readIfThere(versionFile);
  if (version !== null && isNewerVersion(version, binding.version)) {
    throw new FrontdeskError(
      "vectors_unavailable",
      `${folder} was written by Chroma ${version}, which the installed ${binding.version} cannot read. Install the ` +
        "newer one, or move the folder away: its vectors are made again from knowledge.db.",
    );
  }
  await untilOrphanEnds(folder);
  await writeFile(versionFile, binding.version);
}

/** Notes which process serves the folder. */
export function noteServer(folder: string, pid: number): Promise<void> {
  return writeFile(join(folder, PID_FILE), String(pid));
}

/** Forgets it when it has ended. */
export function forgetServer(folder: string): Promise<void> {
  return rm(join(folder, PID_FILE), { force: true });
}

async function untilOrphanEnds(folder: string): Promise<void> {
  const pid = Number(await readIfThere(join(folder, PID_FILE)));
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (let poll = 0; poll < ORPHAN_POLLS; poll += 1) {
    if (!(await isOurServer(pid, folder))) return;
    await delay(POLL_MS);
  }
  throw new FrontdeskError(
    "vectors_unavailable",
    `Another Chroma server (process ${pid}) still uses ${folder}. End it.`,
    { retryable: true },
  );
}

/** A number that another program got meanwhile must not keep us waiting: look at its command line where there is one. */
async function isOurServer(pid: number, folder: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = await readIfThere(`/proc/${pid}/cmdline`);
  return commandLine === null || commandLine.split("\0").includes(folder);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return null;
    throw error;
  }
}
