import { z } from "zod";

const CLOCK = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const shifts = z
  .array(
    z.string().regex(new RegExp(`^${CLOCK}-(?:${CLOCK}|24:00)$`, "u"), {
      error: "must be a time from and to, like 09:00-12:30",
    }),
  )
  .default([]);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Monday first. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const week = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, { error: "must be the name of a time zone, like Europe/Berlin" }),
  monday: shifts,
  tuesday: shifts,
  wednesday: shifts,
  thursday: shifts,
  friday: shifts,
  saturday: shifts,
  sunday: shifts,
  holidays: z
    .array(
      z.string().regex(/^(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u, {
        error: "must be a day, like 2026-12-25, or 12-25 for every year",
      }),
    )
    .default([]),
});

/** Office hours: shifts by weekday in a time zone, and days without any. */
export const officeHours = week
  .refine((hours) => WEEKDAYS.some((day) => hours[day].length > 0), {
    error: "must have a shift on some day; leave the hours out for a desk that is always open",
  })
  .nullable()
  .default(null);

/** Teams that hand on to one another in a circle, or to one that does not exist. */
export function escalationFaults(handover: {
  readonly escalateTo: string | null;
  readonly teams: readonly { readonly name: string; readonly escalateTo: string | null }[];
}): readonly string[] {
  const next = new Map(handover.teams.map(({ name, escalateTo }) => [name, escalateTo]));
  const named = [handover.escalateTo, ...next.values()].filter((name) => name !== null);
  const unknown = named.filter((name) => !next.has(name));
  if (unknown.length > 0) return [`escalateTo names no team: ${[...new Set(unknown)].join(", ")}`];
  return handover.teams.flatMap(({ name }) => {
    const seen = new Set<string>();
    for (let at: string | null = name; at !== null; at = next.get(at) ?? null) {
      if (seen.has(at)) return [`escalateTo goes in a circle at the team ${name}`];
      seen.add(at);
    }
    return [];
  });
}
