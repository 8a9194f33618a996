import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileSha256 } from "../../file/file-hash.ts";

/** More than the system prompts of a few models; the ones that were not used for the longest time go first. */
const MAX_FILES = 32;
const MAX_BYTES = 1024 ** 3;
const OWNER_ONLY = { file: 0o600, folder: 0o700 } as const;
const NAME = /^([0-9a-f]{32})-([0-9a-f]{32})-([0-9a-f]{64})\.state$/u;
/** Drafts of a process that died are cleared away after so long. */
const DRAFT_MS = 3_600_000;

/** A state that was saved. */
interface PinnedState {
  readonly path: string;
  readonly sha256: string;
}

/** States of the engine after it has read a system prompt, as files. */
export interface PinnedStates {
  /** Null when the state after exactly these tokens is not there. */
  find(tokens: readonly number[]): PinnedState | null;
  /** Whether the file is still what was written; one that is not is removed. Compares once in the life of a process. */
  isIntact(state: PinnedState): Promise<boolean>;
  /** @param write writes the state of these tokens into a file that is there and empty */
  save(tokens: readonly number[], write: (path: string) => Promise<unknown>): Promise<void>;
  /** Removes a state that the engine would not take. */
  drop(state: PinnedState): void;
}

/**
 * Keeps them in a folder of their own that nobody else may read. Their names say of which engine they are, of which tokens,
 * and which bytes they had: the engine may crash on a state of another model, so it never gets to see one.
 * @param engine all that a state depends on: the model's sha256, the engine's version, how it keeps its values
 */
export function createPinnedStates(folder: string, engine: readonly unknown[]): PinnedStates {
  const key = shortHash(JSON.stringify(engine));
  const trusted = new Set<string>();
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY.folder });
  chmodSync(folder, OWNER_ONLY.folder);
  const known = new Map<string, PinnedState>();
  for (const name of readdirSync(folder)) {
    const [, ofEngine, ofTokens, sha256] = NAME.exec(name) ?? [];
    if (ofEngine !== key || ofTokens === undefined || sha256 === undefined) continue;
    known.set(ofTokens, { path: join(folder, name), sha256 });
  }

  const drop = (state: PinnedState): void => {
    for (const [tokens, { path }] of known) if (path === state.path) known.delete(tokens);
    remove(state.path);
  };

  return {
    find: (tokens) => known.get(tokensHash(tokens)) ?? null,
    isIntact: async (state) => {
      if (trusted.has(state.path)) return true;
      if ((await fileSha256(state.path).catch(() => null)) !== state.sha256) {
        drop(state);
        return false;
      }
      trusted.add(state.path);
      touch(state.path);
      return true;
    },
    save: async (tokens, write) => {
      const draft = join(folder, `${randomUUID()}.draft`);
      try {
        writeFileSync(draft, "", { mode: OWNER_ONLY.file, flag: "wx" });
        await write(draft);
        const sha256 = await fileSha256(draft);
        const path = join(folder, `${key}-${tokensHash(tokens)}-${sha256}.state`);
        renameSync(draft, path);
        known.set(tokensHash(tokens), { path, sha256 });
        trusted.add(path);
      } finally {
        rmSync(draft, { force: true });
      }
      clearOut(folder);
    },
    drop,
  };
}

/** A file that cannot be removed is not used any more; that is enough. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // the folder has become read-only
  }
}

/** It was of use: others go before it. */
function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // another process has just cleared it out
  }
}

/** Of all models in the folder the newest stay. */
function clearOut(folder: string): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, size: stats.size, at: stats.mtimeMs }];
  });
  let bytes = 0;
  let count = 0;
  for (const { path, size, at } of files.sort((a, b) => b.at - a.at)) {
    if (path.endsWith(".draft")) {
      if (Date.now() - at > DRAFT_MS) rmSync(path, { force: true });
      continue;
    }
    bytes += size;
    count += 1;
    if (count > MAX_FILES || (bytes > MAX_BYTES && count > 1)) rmSync(path, { force: true });
  }
}

function tokensHash(tokens: readonly number[]): string {
  return shortHash(JSON.stringify(tokens));
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
