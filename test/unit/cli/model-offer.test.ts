import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModelChoice } from "../../../models/index.ts";
import { type OfferWorld, offerModel } from "../../../src/cli/model-offer.ts";
import { type Config, loadConfig } from "../../../src/config.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const GIB = 1024 ** 3;

interface Scene {
  readonly config: Config;
  readonly asked: readonly string[];
  readonly pulled: readonly string[];
  stderr(): string;
  choice(): string | null | undefined;
  offer(changes?: Partial<OfferWorld>): Promise<void>;
}

function scene(env: Readonly<Record<string, string>> = {}, isTTY = true): Scene {
  const config = loadConfig({ file: null, env, workingDirectory: temporaryFolder() });
  const pipes = fakePipes("");
  const asked: string[] = [];
  const pulled: string[] = [];
  return {
    config,
    asked,
    pulled,
    stderr: pipes.stderr,
    choice: () => readModelChoice({ directory: join(config.dataDir, "models") })?.chat,
    offer: (changes = {}) =>
      offerModel(
        config,
        { ...pipes.io, isTTY },
        {
          language: "en",
          room: () => ({ freeMemoryBytes: 16 * GIB, freeDiskBytes: 100 * GIB }),
          isReachable: async () => true,
          ask: async (question) => {
            asked.push(question);
            return true;
          },
          pull: async ({ name }) => {
            pulled.push(name);
            return {
              name,
              role: "chat",
              path: "",
              sizeBytes: 1,
              sha256: "",
              verifiedBy: "pinned",
              result: "downloaded",
              resumedBytes: 0,
              source: "",
            };
          },
          ...changes,
        },
      ),
  };
}

describe("offer of a model at the first start", () => {
  it("pulls the model when the person agrees, and remembers it", async () => {
    const { offer, asked, pulled, choice } = scene();

    await offer();
    await offer();

    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/qwen3-4b \(2\.5 GB, Apache-2\.0\)/u);
    expect(pulled).toEqual(["qwen3-4b"]);
    expect(choice()).toBe("qwen3-4b");
  });

  it("never asks again when the person declines, and says how to do it later", async () => {
    const { offer, pulled, choice, stderr } = scene();

    await offer({ ask: async () => false });
    await offer();

    expect(pulled).toEqual([]);
    expect(choice()).toBeNull();
    expect(stderr()).toContain("npx frontdesk models pull qwen3-4b");
  });

  it("asks the next time when the question was left without an answer", async () => {
    const { offer, asked, choice } = scene();

    await offer({ ask: async () => null });
    expect(choice()).toBeUndefined();
    await offer();

    expect(asked).toHaveLength(1);
  });

  it("goes on without a model when the download fails", async () => {
    const { offer, choice, stderr } = scene();

    await offer({
      pull: async () => {
        throw new FrontdeskError("download_failed", "The server is away.");
      },
    });

    expect(stderr()).toContain("The server is away.");
    expect(choice()).toBeNull();
  });

  it("asks in Chinese where the system speaks it", async () => {
    const { offer, asked } = scene();

    await offer({ language: "zh" });

    expect(asked[0]).toContain("要下载 qwen3-4b");
  });

  it.each([
    ["there is no terminal", {}, false, {}],
    ["a model is set", { FRONTDESK_MODEL: "x.gguf" }, true, {}],
    ["a server is set", { FRONTDESK_MODEL_URL: "http://127.0.0.1:1/v1" }, true, {}],
    ["it is switched off", { FRONTDESK_MODELS_OFFER: "false" }, true, {}],
    ["there is no network", {}, true, { isReachable: async () => false }],
    [
      "nothing fits",
      {},
      true,
      { room: () => ({ freeMemoryBytes: GIB / 2, freeDiskBytes: 100 * GIB }) },
    ],
  ])("does nothing when %s", async (_, env, isTTY, world) => {
    const { offer, asked, choice } = scene(env, isTTY);

    await offer(world);

    expect(asked).toEqual([]);
    expect(choice()).toBeUndefined();
  });
});
