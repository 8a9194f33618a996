import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Persisted } from "../../src/runtime/index.ts";
import { boardWalk, caseWalk, dialogueWalk, fileWalk } from "./flows-walk.ts";
import { type WalkOptions, walkMachine } from "./runtime-walk.ts";

/** A snapshot as some released version has written it. */
export interface GoldenSnapshot {
  readonly kind: string;
  readonly version: number;
  /** Name of its state: `idle`, `retrieving.searching`. */
  readonly state: string;
  readonly text: string;
}

const FOLDER = fileURLToPath(new URL("../fixtures/snapshots/", import.meta.url));

/** How every kind is walked through. */
export const WALKS: readonly WalkOptions[] = [dialogueWalk, caseWalk, boardWalk, fileWalk];

/** All snapshots that are kept. */
export function goldenSnapshots(): readonly GoldenSnapshot[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .toSorted()
    .map((path) => {
      const [kind = "", version = "", file = ""] = path.split("/");
      return {
        kind,
        version: Number(version.replace("v", "")),
        state: file.replace(".json", ""),
        text: readFileSync(join(FOLDER, path), "utf8"),
      };
    });
}

/** `{ retrieving: "searching" }` → `retrieving.searching`. */
export function stateName(value: Persisted["value"]): string {
  if (typeof value === "string") return value;
  return Object.entries(value)
    .map(([name, inner]) => `${name}.${stateName(inner)}`)
    .join("+");
}

/** For every state of a machine the fullest snapshot that a walk through it meets: it has the most to be migrated. */
function fullestSnapshots(walk: WalkOptions): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  walkMachine({
    ...walk,
    onConfiguration: (state) => {
      const [name, text] = [stateName(state.value), JSON.stringify(state)];
      if (text.length > (found.get(name)?.length ?? 0)) found.set(name, text);
    },
  });
  return found;
}

/** Writes the snapshots of the present version of a kind. */
export function writeGoldenSnapshots(walk: WalkOptions): void {
  const { kind, version } = walk.kind;
  const folder = join(FOLDER, kind, `v${version}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of fullestSnapshots(walk)) {
    const state: unknown = JSON.parse(text);
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(state, null, 2)}\n`);
  }
}
