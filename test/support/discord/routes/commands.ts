import { z } from "zod";
import { refuse } from "../api-error.ts";
import type { Route } from "./route.ts";

// Limits from docs.discord.com/interactions/application-commands.

const name = z.string().regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u);
const localized = z.record(z.string(), z.string()).nullish();
const leaf = z.looseObject({
  type: z.number(),
  name,
  description: z.string().min(1).max(100),
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100) }))
    .max(25)
    .optional(),
});
const option = leaf.extend({ options: z.array(leaf).max(25).optional() });
const slash = z.looseObject({
  type: z.literal(1).default(1),
  name: name.refine((text) => text === text.toLowerCase()),
  description: z.string().min(1).max(100),
  name_localizations: localized,
  description_localizations: localized,
  options: z.array(option).max(25).optional(),
});
const context = z.looseObject({
  type: z.union([z.literal(2), z.literal(3)]),
  name: z.string().min(1).max(32),
  description: z.literal("").optional(),
});
const commands = z.array(z.union([context, slash])).max(110);

function scopeOf(guild: string | undefined): string {
  return guild ?? "global";
}

const GLOBAL = /^\/applications\/(\d+)\/commands$/u;
const GUILD = /^\/applications\/(\d+)\/guilds\/(\d+)\/commands$/u;

function routesFor(kind: string, pattern: RegExp): readonly Route[] {
  return [
    {
      name: `GET ${kind} commands`,
      method: "GET",
      pattern,
      run: ({ world, parameters }) => world.commands.get(scopeOf(parameters[1])) ?? [],
    },
    {
      name: `PUT ${kind} commands`,
      method: "PUT",
      pattern,
      run({ world, parameters, body }) {
        const parsed = commands.safeParse(body);
        if (!parsed.success) {
          throw refuse.invalidForm(
            parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
          );
        }
        const application = { application_id: world.applicationId, version: world.newId() };
        const registered = parsed.data.map((one) => ({
          id: world.newId(),
          ...application,
          ...one,
          // Commands of one server have neither.
          ...(kind === "guild" ? { contexts: null, integration_types: null } : {}),
        }));
        world.commands.set(scopeOf(parameters[1]), registered);
        world.changed();
        return registered;
      },
    },
  ];
}

export const commandRoutes: readonly Route[] = [
  ...routesFor("global", GLOBAL),
  ...routesFor("guild", GUILD),
];
