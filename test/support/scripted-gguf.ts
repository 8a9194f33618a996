import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { tinyEmbedder, tinyReranker } from "./gguf/bert.ts";
import {
  type LlamaShape,
  randomAdapter,
  randomLlama,
  type ScriptOptions,
  scriptedLlama,
} from "./gguf/llama.ts";
import { type GgufModel, writeGguf } from "./gguf/writer.ts";

export type { ScriptOptions } from "./gguf/llama.ts";

const made = new Map<string, string>();

/**
 * A chat model that says exactly `script` at temperature 0, whatever it is asked: a real GGUF for the real engine, about
 * 250 KB, made in 50 ms, the same bytes every time.
 * @param dir where to put it; made when it is not there
 * @returns the file's path
 */
export function makeScriptedModel(dir: string, options: ScriptOptions): string {
  return make(dir, "scripted", options, () => scriptedLlama(options));
}

/** A chat model of random weights whose output depends on all of its context. */
export function makeRandomModel(dir: string, shape: Partial<LlamaShape> = {}): string {
  return make(dir, "random", shape, () => randomLlama(shape));
}

/** A LoRA adapter for {@link makeRandomModel} that changes what it says. */
export function makeAdapter(dir: string): string {
  return make(dir, "adapter", {}, randomAdapter);
}

/** An embedding model of 32 dimensions. */
export function makeTinyEmbedder(dir: string): string {
  return make(dir, "embedder", {}, tinyEmbedder);
}

/** A reranker. */
export function makeTinyReranker(dir: string): string {
  return make(dir, "reranker", {}, tinyReranker);
}

/** One file for one set of options, written once by each process; another process never sees half of it. */
function make(dir: string, kind: string, options: object, build: () => GgufModel): string {
  const hash = createHash("sha256").update(JSON.stringify(options)).digest("hex").slice(0, 12);
  const path = join(dir, `${kind}-${hash}.gguf`);
  const known = made.get(path);
  if (known !== undefined) return known;
  mkdirSync(dir, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  writeGguf(draft, build());
  renameSync(draft, path);
  made.set(path, path);
  return path;
}
