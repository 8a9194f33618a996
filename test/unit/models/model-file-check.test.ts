import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeaderDefect } from "../../../models/file/byte-reader.ts";
import { readGgufHeader } from "../../../models/file/gguf-header.ts";
import { kvBytesPerToken } from "../../../models/fit/memory-need.ts";
import { checkModelFile, starterEmbedder } from "../../../models/index.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { tinyEmbedder } from "../../support/gguf/bert.ts";
import { randomLlama } from "../../support/gguf/llama.ts";
import {
  encodeGguf,
  f32,
  type GgufModel,
  type GgufValue,
  text,
  u32,
} from "../../support/gguf/writer.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { thrown } from "./thrown.ts";

function fileOf(content: string | Buffer, name = "model.gguf"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** The header of these bytes; what is wrong with them, if something is. */
function read(bytes: Buffer): unknown {
  const path = fileOf(bytes);
  const fd = openSync(path, "r");
  try {
    return readGgufHeader(fd, bytes.length);
  } catch (error) {
    return error;
  } finally {
    closeSync(fd);
  }
}

/** The same model with another value in its header. */
function changed(model: GgufModel, key: string, value: GgufValue): GgufModel {
  return { ...model, header: [...model.header.filter(([other]) => other !== key), [key, value]] };
}

const whole = encodeGguf(randomLlama());
const headerBytes = encodeGguf({ ...randomLlama(), tensors: [] }).length;

describe("check of a model file", () => {
  it("takes the starter model and knows what it is", () => {
    const { header, sizeBytes } = checkModelFile(starterEmbedder.path);

    expect(sizeBytes).toBe(starterEmbedder.sizeBytes);
    expect(header.metadata.get("general.architecture")).toBe("bert");
    expect(header.requiredBytes).toBeLessThanOrEqual(sizeBytes);
  });

  it("says that there is no file", () => {
    const path = join(temporaryFolder(), "missing.gguf");

    const error = thrown(() => checkModelFile(path));

    expect(error.code).toBe("model_not_found");
    expect(error.message).toContain(path);
  });

  it.each([
    ["an empty file", "", "it is empty"],
    ["a text", "hello, I am no model", "not a GGUF file"],
    ["a web page", "<!DOCTYPE html><html>404</html>", "it is a web page"],
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
      "git lfs pull",
    ],
    ["a file that ends inside its header", whole.subarray(0, 200), "ends inside its header"],
    ["a download that was cut off", whole.subarray(0, whole.length - 64), "it is cut off"],
    ["an old version", Buffer.from("GGUF\u0001\0\0\0"), "GGUF version 1"],
    ["the other byte order", Buffer.from("GGUF\0\0\0\u0003"), "big-endian"],
  ])("refuses %s and says so", (_, content, what) => {
    const error = thrown(() => checkModelFile(fileOf(content)));

    expect(error.code).toBe("model_invalid");
    expect(error.message).toContain(what);
  });

  it("refuses a folder", () => {
    const path = join(temporaryFolder(), "model.gguf");
    mkdirSync(path);

    const error = thrown(() => checkModelFile(path));

    expect(error.code).toBe("model_invalid");
    expect(error.message).toContain("a folder");
  });

  it("reads a header that was written in full", () => {
    const header = read(
      encodeGguf({
        header: [
          ["a.b", u32(7)],
          ["c", text("你好")],
        ],
        tensors: [],
      }),
    );

    expect(header).toMatchObject({ version: 3, tensorCount: 0 });
    expect(header).toHaveProperty(
      "metadata",
      new Map<string, unknown>([
        ["a.b", 7],
        ["c", "你好"],
      ]),
    );
  });

  it.each([
    ["tensors", 8],
    ["keys", 16],
  ])("refuses a header that announces billions of %s", (_, offset) => {
    const hostile = Buffer.from(whole);
    hostile.writeBigUInt64LE(2n ** 40n, offset);

    expect(read(hostile)).toBeInstanceOf(HeaderDefect);
  });

  it("refuses a text that is longer than the file", () => {
    const hostile = Buffer.from(whole);
    hostile.writeBigUInt64LE(2n ** 62n, 24);

    expect(read(hostile)).toBeInstanceOf(HeaderDefect);
  });

  it("reads or refuses, and never does anything else, whatever bytes are changed", () => {
    const change = fc.tuple(fc.nat(headerBytes - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const fuzzed = Buffer.from(whole);
        for (const [at, value] of changes) fuzzed[at] = value;

        const outcome = read(fuzzed);

        const isDefect = outcome instanceof HeaderDefect;
        expect(isDefect || !(outcome instanceof Error)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("reads or refuses, at once, whatever numbers are announced", () => {
    const u64 = fc.oneof(
      fc.bigInt({ min: 0n, max: 64n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
    );
    const change = fc.tuple(fc.nat(headerBytes - 8), u64);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const fuzzed = Buffer.from(whole);
        for (const [at, value] of changes) fuzzed.writeBigUInt64LE(value, at);
        const before = process.memoryUsage.rss();

        const outcome = read(fuzzed);

        const isDefect = outcome instanceof HeaderDefect;
        expect(isDefect || !(outcome instanceof Error)).toBe(true);
        expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 ** 2);
      }),
      { numRuns: 200 },
    );
  });

  it("knows the memory of whatever it reads as a number above 0, or not at all", () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.boolean());
    const keys = ["block_count", "attention.head_count", "attention.head_count_kv"] as const;
    fc.assert(
      fc.property(fc.tuple(value, value, value, value), ([layers, heads, kvHeads, width]) => {
        const metadata = new Map<string, string | number | boolean>([
          ["general.architecture", "x"],
          [`x.${keys[0]}`, layers],
          [`x.${keys[1]}`, heads],
          [`x.${keys[2]}`, kvHeads],
          ["x.embedding_length", width],
        ]);

        const bytes = kvBytesPerToken({ version: 3, tensorCount: 0, metadata, requiredBytes: 0 });

        expect(bytes === null || bytes > 0).toBe(true);
      }),
      // Fractions whose product is too small for a number.
      { examples: [[[1, 1, 5e-324, 5e-324]]] },
    );
  });

  it.each([
    ["llama.context_length", u32(0)],
    ["llama.context_length", u32(2 ** 32 - 1)],
    ["llama.embedding_length", u32(0)],
    ["llama.block_count", u32(0)],
    ["llama.block_count", u32(1_000_000_000)],
    ["llama.feed_forward_length", u32(0)],
    ["llama.attention.head_count", u32(0)],
    ["llama.attention.head_count", u32(2 ** 32 - 1)],
    ["llama.attention.head_count_kv", u32(0)],
    ["llama.attention.layer_norm_rms_epsilon", f32(-1)],
    ["llama.attention.layer_norm_rms_epsilon", f32(Number.NaN)],
  ])("refuses a model whose %s cannot be", (key, value) => {
    const error = thrown(() =>
      checkModelFile(fileOf(encodeGguf(changed(randomLlama(), key, value)))),
    );

    expect(error.code).toBe("model_invalid");
    expect(error.message).toContain(key);
  });

  it.each(["bert.context_length", "bert.attention.head_count"])(
    "refuses an embedding model whose %s is zero",
    (key) => {
      const path = fileOf(encodeGguf(changed(tinyEmbedder(), key, u32(0))));

      expect(thrown(() => checkModelFile(path)).message).toContain(key);
    },
  );

  it("takes a model without attention, which has no heads", () => {
    const model = changed(
      changed(randomLlama(), "llama.attention.head_count", u32(0)),
      "llama.ssm.state_size",
      u32(16),
    );

    expect(checkModelFile(fileOf(encodeGguf(model))).header.tensorCount).toBeGreaterThan(0);
  });

  it("takes or refuses whatever numbers describe a model, in words", () => {
    const keys = randomLlama().header.flatMap(([key, { type }]) => (type === "u32" ? [key] : []));
    const number = fc.oneof(
      fc.nat(64),
      fc.constantFrom(0, 1, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
    );
    const change = fc.tuple(fc.constantFrom(...keys), number);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const model = changes.reduce(
          (made, [key, value]) => changed(made, key, u32(value)),
          randomLlama(),
        );

        let outcome: unknown;
        try {
          outcome = kvBytesPerToken(checkModelFile(fileOf(encodeGguf(model))).header);
        } catch (error) {
          outcome = error;
        }

        const isRefusal = isFrontdeskError(outcome, "model_invalid");
        expect(isRefusal || outcome === null || Number(outcome) > 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses every file that is shorter than what it announces", () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const path = fileOf(whole.subarray(0, length));

        let error: unknown = null;
        try {
          checkModelFile(path);
        } catch (caught) {
          error = caught;
        }

        expect(isFrontdeskError(error, "model_invalid")).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("writes the same bytes every time", () => {
    expect(encodeGguf(randomLlama()).equals(whole)).toBe(true);
    expect(readFileSync(fileOf(whole)).equals(whole)).toBe(true);
  });
});
