import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";

/** What decides whether there is a binary of the engine for a machine. */
export interface BinaryHost {
  readonly platform: string;
  readonly arch: string;
  /** Of the C library of this process; null where it is another one (Alpine), and on other systems than Linux. */
  readonly glibcVersion: string | null;
}

const ARCHITECTURES: ReadonlyMap<string, readonly string[]> = new Map([
  ["linux", ["x64", "arm64", "arm"]],
  ["darwin", ["x64", "arm64"]],
  ["win32", ["x64", "arm64"]],
]);

const OLDEST_GLIBC = { major: 2, minor: 34 } as const;

const reportSchema = z.object({
  header: z.object({ glibcVersionRuntime: z.string().optional() }),
});

/** The machine that this process runs on. */
export function thisHost(): BinaryHost {
  const { platform, arch } = process;
  const report = platform === "linux" ? reportSchema.safeParse(process.report.getReport()) : null;
  return { platform, arch, glibcVersion: report?.data?.header.glibcVersionRuntime ?? null };
}

/**
 * Why no binary could be used. The engine tries each of its binaries in a process of its own before it takes one, and says
 * the same whether there is none or whether the trial did not end in time; only the first is for good.
 * @returns `unsupported` where there is none for such a machine; else `model_unavailable`, retryable
 */
export function noBinaryError(host: BinaryHost, cause: unknown): FrontdeskError {
  if (hasBinary(host)) {
    return new FrontdeskError(
      "model_unavailable",
      "The binary of node-llama-cpp did not pass its trial on this machine: it was too busy or stopped, or the " +
        "package @node-llama-cpp is not wholly installed. It is tried again by itself; if that does not help, " +
        "install the packages again (npm install).",
      { retryable: true, cause },
    );
  }
  return new FrontdeskError(
    "unsupported",
    "node-llama-cpp has no binary for this machine (it needs glibc 2.34 on Linux; Alpine is not supported). " +
      "Use another system, or a remote model (FRONTDESK_MODEL_URL).",
    { cause },
  );
}

function hasBinary({ platform, arch, glibcVersion }: BinaryHost): boolean {
  if (ARCHITECTURES.get(platform)?.includes(arch) !== true) return false;
  return platform !== "linux" || (glibcVersion !== null && isRecent(glibcVersion));
}

function isRecent(glibcVersion: string): boolean {
  const [major = 0, minor = 0] = glibcVersion.split(".").map(Number);
  return (
    major > OLDEST_GLIBC.major || (major === OLDEST_GLIBC.major && minor >= OLDEST_GLIBC.minor)
  );
}
