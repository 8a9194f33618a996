import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** One key of the configuration, for the environment reader and the generated reference. */
export interface ConfigKey {
  /** As in the YAML file: `dialogue.answerAt`. */
  readonly path: readonly string[];
  /** Name of its environment variable. */
  readonly env: string;
  readonly type: string;
  readonly description: string;
  readonly defaultValue: unknown;
  readonly isSecret: boolean;
}

const leaf = z.object({
  description: z.string().default(""),
  env: z.string().optional(),
  secret: z.boolean().default(false),
  default: z.unknown().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.object({ type: z.string().optional() }).loose()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
type Leaf = z.infer<typeof leaf>;

function typeName(node: Leaf): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node.anyOf !== undefined) {
    return node.anyOf
      .flatMap((part) => (part.type === "null" ? [] : [part.type ?? ""]))
      .join(" or ");
  }
  return Array.isArray(node.type) ? node.type.join(" or ") : (node.type ?? "");
}

/** `["dialogue", "answerAt"]` → `FRONTDESK_DIALOGUE_ANSWER_AT`. */
function derivedName(path: readonly string[]): string {
  const words = path.map((part) => part.replaceAll(/([a-z])([A-Z])/gu, "$1_$2").toUpperCase());
  return `FRONTDESK_${words.join("_")}`;
}

function collect(node: Leaf, path: readonly string[]): readonly ConfigKey[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([name, child]) =>
      collect(leaf.parse(child), [...path, name]),
    );
  }
  return [
    {
      path,
      env: node.env ?? derivedName(path),
      type: typeName(node),
      description: node.description,
      defaultValue: node.default ?? null,
      isSecret: node.secret,
    },
  ];
}

/** All keys in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return collect(leaf.parse(z.toJSONSchema(configSchema, { io: "input" })), []);
}
