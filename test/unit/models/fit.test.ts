import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chooseFit,
  type FitRequest,
  leastBytes,
  neededBytes,
} from "../../../models/fit/choose-fit.ts";
import { freeMemoryBytes } from "../../../models/fit/free-memory.ts";
import { fitsMemory, largestFitting } from "../../../models/fit/machine-room.ts";
import { kvBytesPerToken } from "../../../models/fit/memory-need.ts";
import { catalog } from "../../../models/index.ts";

const GIB = 1024 ** 3;
const KIB = 1024;
/** The shape of a 7B model at 4 bits. */
const need = { weightsBytes: 4 * GIB, kvBytesPerToken: 56 * KIB, computeBytes: 0.25 * GIB };

function request(changes: Partial<FitRequest>): FitRequest {
  return {
    need,
    freeBytes: 8 * GIB,
    sequences: null,
    contextTokens: null,
    maxSequences: 2,
    reserveBytes: 0.5 * GIB,
    ...changes,
  };
}

describe("fit of a model", () => {
  it("takes as many conversations of full length as are wanted when there is room", () => {
    expect(chooseFit(request({}))).toMatchObject({ sequences: 2, contextTokens: 4_096 });
  });

  it("takes one conversation rather than two short ones", () => {
    const fit = chooseFit(request({ freeBytes: 5 * GIB }));

    expect(fit).toMatchObject({ sequences: 1, contextTokens: 4_096 });
  });

  it("shortens the context when not even one fits otherwise", () => {
    const freeBytes = (4.25 + 0.5) * GIB + 2_048 * 56 * KIB;

    expect(chooseFit(request({ freeBytes }))).toMatchObject({ sequences: 1, contextTokens: 2_048 });
    expect(chooseFit(request({ freeBytes: freeBytes - 1 }))).toBeNull();
  });

  it("leaves what is given as it is", () => {
    expect(chooseFit(request({ contextTokens: 1_024, freeBytes: 5 * GIB }))).toMatchObject({
      sequences: 2,
      contextTokens: 1_024,
    });
    expect(chooseFit(request({ sequences: 8, freeBytes: 6 * GIB }))).toMatchObject({
      sequences: 8,
      contextTokens: 2_048,
    });
    expect(chooseFit(request({ sequences: 8, freeBytes: 5 * GIB }))).toBeNull();
  });

  it("uses up the reserve only when somebody has decided on both numbers", () => {
    const decided = { sequences: 1, contextTokens: 2_048 };
    const freeBytes = 4.25 * GIB + 2_048 * 56 * KIB;

    expect(chooseFit(request({ ...decided, freeBytes }))).not.toBeNull();
    expect(chooseFit(request({ ...decided, freeBytes: freeBytes - 1 }))).toBeNull();
  });

  it("never plans more than is free without the reserve, and never refuses what would fit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 16 * 1024 }),
        fc.integer({ min: 1, max: 512 }),
        fc.integer({ min: 1, max: 8 }),
        (freeMib, kvKib, maxSequences) => {
          const wanted = request({
            freeBytes: freeMib * 1024 ** 2,
            need: { ...need, kvBytesPerToken: kvKib * KIB },
            maxSequences,
          });
          const usable = wanted.freeBytes - wanted.reserveBytes;

          const fit = chooseFit(wanted);

          if (fit === null) expect(leastBytes(wanted)).toBeGreaterThan(wanted.freeBytes);
          else {
            const { sequences, contextTokens } = fit;
            expect(neededBytes(wanted.need, sequences, contextTokens)).toBeLessThanOrEqual(usable);
            expect(sequences).toBeLessThanOrEqual(maxSequences);
          }
        },
      ),
    );
  });
});

describe("memory of a model", () => {
  const header = (metadata: readonly (readonly [string, string | number])[]) => ({
    version: 3,
    tensorCount: 0,
    metadata: new Map(metadata),
    requiredBytes: 0,
  });

  it.each([
    ["R1-Distill-Qwen-7B", 28, 28, 4, 3_584, null, 56 * KIB],
    ["R1-Distill-Llama-8B", 32, 32, 8, 4_096, null, 128 * KIB],
    ["Qwen3-8B", 36, 32, 8, 4_096, 128, 144 * KIB],
    ["Qwen2.5-0.5B", 24, 14, 2, 896, null, 12 * KIB],
  ])(
    "is known of %s by the shape in its header",
    (_, layers, heads, kvHeads, width, key, bytes) => {
      const found = kvBytesPerToken(
        header([
          ["general.architecture", "x"],
          ["x.block_count", layers],
          ["x.attention.head_count", heads],
          ["x.attention.head_count_kv", kvHeads],
          ["x.embedding_length", width],
          ...(key === null ? [] : ([["x.attention.key_length", key]] as const)),
        ]),
      );

      expect(found).toBe(bytes);
    },
  );

  it("is not known when the header does not say the shape, or nonsense", () => {
    expect(kvBytesPerToken(header([]))).toBeNull();
    expect(
      kvBytesPerToken(
        header([
          ["general.architecture", "x"],
          ["x.block_count", -3],
          ["x.attention.head_count", 0],
        ]),
      ),
    ).toBeNull();
  });

  it("is known for every chat model of the catalog", () => {
    for (const entry of catalog.filter(({ role }) => role === "chat")) {
      expect(entry.kvBytesPerToken).toBeGreaterThan(0);
      expect(fitsMemory(entry, 64 * GIB)).toBe(true);
      expect(fitsMemory(entry, 0.5 * GIB)).toBe(false);
    }
  });
});

describe("largest model that fits", () => {
  it.each([
    [64, 100, "deepseek-r1-distill-qwen-14b"],
    [4, 100, "qwen3-4b"],
    [64, 3, "qwen3-4b"],
    [3, 100, "qwen3-1.7b"],
  ])("with %d GiB of memory and %d GiB of disk", (memory, disk, name) => {
    const room = { freeMemoryBytes: memory * GIB, freeDiskBytes: disk * GIB };

    expect(largestFitting("chat", room)?.name).toBe(name);
  });

  it("is none on a tiny machine", () => {
    expect(largestFitting("chat", { freeMemoryBytes: GIB / 2, freeDiskBytes: null })).toBeNull();
  });
});

describe("free memory", () => {
  const system = (files: Readonly<Record<string, string>>) =>
    freeMemoryBytes(
      (path) => files[path] ?? null,
      () => 7,
    );
  const meminfo = "MemTotal: 100 kB\nMemAvailable:     2048 kB\n";

  it("counts what the system would drop for us", () => {
    expect(system({ "/proc/meminfo": meminfo })).toBe(2_048 * 1024);
    expect(system({})).toBe(7);
  });

  it("is limited by the control group and all above it, whose cached files can be dropped", () => {
    const files = {
      "/proc/meminfo": meminfo,
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/memory.max": "max\n",
      "/sys/fs/cgroup/a/memory.max": "1000000\n",
      "/sys/fs/cgroup/a/memory.current": "900000\n",
      "/sys/fs/cgroup/a/memory.stat": "anon 100\ninactive_file 50000\n",
      "/sys/fs/cgroup/a/b/memory.max": "max\n",
      "/sys/fs/cgroup/a/b/memory.current": "5\n",
    };

    expect(system(files)).toBe(150_000);
  });

  it("knows the older control groups too, and is never negative", () => {
    const files = {
      "/proc/meminfo": meminfo,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1000\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "3000\n",
    };

    expect(system(files)).toBe(0);
  });
});
