import { createHash } from "node:crypto";
import { configKeys } from "./config-keys.ts";
import { type Config, configSchema } from "./config-schema.ts";

/** What each setting is set to, by the name of its variable: enough to compare, and nothing can be read from it. */
export type SettingMarks = Readonly<Record<string, string>>;

/** Each process has its own, and none of them changes an answer. */
const OWN = new Set(["dataDir", "log", "http"]);

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, name) => {
    if (typeof node !== "object" || node === null) return undefined;
    return Object.entries(node).find(([key]) => key === name)?.[1];
  }, tree);
}

/** The marks of a configuration; secrets have none. */
export function settingMarks(config: Config): SettingMarks {
  const keys = configKeys().filter(({ path, isSecret }) => !isSecret && !OWN.has(path[0] ?? ""));
  return Object.fromEntries(
    keys.map(({ env, path }) => {
      const text = JSON.stringify(valueAt(config, path)) ?? "";
      return [env, createHash("sha256").update(text).digest("hex").slice(0, 12)];
    }),
  );
}

/** Variables that are set here, and to something else in the process with the other marks; what is not set here is no wish. */
export function unheededSettings(config: Config, other: SettingMarks): readonly string[] {
  const own = settingMarks(config);
  const usual = settingMarks(configSchema.parse({}));
  return Object.keys(own).filter(
    (name) => own[name] !== usual[name] && other[name] !== undefined && other[name] !== own[name],
  );
}
