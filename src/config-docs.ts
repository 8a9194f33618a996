import { stringify } from "yaml";
import type { ConfigKey } from "./config-keys.ts";

const GROUP_TITLES: Readonly<Record<string, string>> = {
  "": "General",
  http: "HTTP server",
  log: "Logging",
  models: "Models",
  knowledge: "Knowledge",
  dialogue: "Dialogue",
  access: "Access",
  web: "Web search",
  webhooks: "Webhooks",
  tickets: "Ticket system",
  slack: "Slack",
  discord: "Discord",
};

function groupOf(key: ConfigKey): string {
  return key.path.length > 1 ? (key.path[0] ?? "") : "";
}

function shownDefault(key: ConfigKey): string {
  if (key.defaultValue === null) return "unset";
  return `\`${JSON.stringify(key.defaultValue)}\``;
}

function groups(keys: readonly ConfigKey[]): ReadonlyMap<string, readonly ConfigKey[]> {
  const byGroup = new Map<string, ConfigKey[]>();
  for (const key of keys) {
    const list = byGroup.get(groupOf(key)) ?? [];
    byGroup.set(groupOf(key), [...list, key]);
  }
  return byGroup;
}

/** The reference of every key, as `docs/configuration.md`. */
export function configurationReference(keys: readonly ConfigKey[]): string {
  const lines = [
    "# Configuration reference",
    "",
    "Frontdesk reads `frontdesk.yaml` in the working directory (or the file given with `--config`), then the environment, then",
    "`.env`. A set environment variable wins over the file; an empty one counts as unset. Every problem is reported at once, with",
    "exit code 2. Lists and maps in an environment variable are written as YAML or JSON.",
    "",
    "This page is generated from the schema: `npm run docs:config`.",
  ];
  for (const [group, members] of groups(keys)) {
    lines.push("", `## ${GROUP_TITLES[group] ?? group}`, "");
    lines.push(
      "| Key | Environment variable | Type | Default | Meaning |",
      "|---|---|---|---|---|",
    );
    for (const key of members) {
      const meaning = key.isSecret ? `${key.description} Secret.` : key.description;
      lines.push(
        `| \`${key.path.join(".")}\` | \`${key.env}\` | ${key.type} | ${shownDefault(key)} | ${meaning} |`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Every variable with its meaning, commented out, as `.env.example`. */
export function environmentExample(keys: readonly ConfigKey[]): string {
  const lines = [
    "# Copy to .env and fill in what you need. docs/configuration.md explains every key.",
  ];
  for (const [group, members] of groups(keys)) {
    lines.push("", `# --- ${GROUP_TITLES[group] ?? group} ---`);
    for (const key of members) {
      const value =
        key.defaultValue === null
          ? ""
          : typeof key.defaultValue === "string"
            ? key.defaultValue
            : JSON.stringify(key.defaultValue);
      lines.push(`# ${key.description}`, `#${key.env}=${value}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The defaults as a file to copy, as `frontdesk.example.yaml`. Secrets are left to the environment. */
export function yamlExample(keys: readonly ConfigKey[]): string {
  const lines = [
    "# Copy to frontdesk.yaml. These are the defaults; keep only what you change.",
    "# Tokens and keys belong in the environment or .env, not here.",
  ];
  for (const [group, members] of groups(keys)) {
    lines.push("");
    const indent = group === "" ? "" : "  ";
    if (group !== "") lines.push(`${group}:`);
    for (const key of members.filter(({ isSecret }) => !isSecret)) {
      const name = key.path.at(-1) ?? "";
      lines.push(`${indent}# ${key.description}`);
      const text = stringify({ [name]: key.defaultValue }).trimEnd();
      lines.push(`${indent}${text.replaceAll("\n", `\n${indent}`)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
