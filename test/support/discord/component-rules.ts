import { z } from "zod";
import { refuse } from "./api-error.ts";

// Limits from docs.discord.com/developers/components/reference.

const customId = z.string().min(1).max(100);
const button = z.strictObject({
  type: z.literal(2),
  style: z.number().int().min(1).max(4),
  label: z.string().min(1).max(80),
  custom_id: customId,
  disabled: z.boolean().optional(),
});
const select = z.strictObject({
  type: z.literal(3),
  custom_id: customId,
  placeholder: z.string().max(150).optional(),
  options: z
    .array(z.strictObject({ label: z.string().min(1).max(100), value: z.string().min(1).max(100) }))
    .min(1)
    .max(25)
    .refine((all) => new Set(all.map(({ value }) => value)).size === all.length),
});
const row = z.strictObject({
  type: z.literal(1),
  components: z.union([z.array(button).min(1).max(5), z.array(select).length(1)]),
});
const rows = z.array(row).max(5);

/** Rows of buttons and lists that Discord takes. */
export type Rows = z.infer<typeof rows>;

const modal = z.strictObject({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.strictObject({
        type: z.literal(18),
        label: z.string().min(1).max(45),
        description: z.string().max(100).optional(),
        component: z.strictObject({
          type: z.literal(4),
          custom_id: customId,
          style: z.number().int().min(1).max(2),
          required: z.boolean().optional(),
          max_length: z.number().int().min(1).max(4000).optional(),
          min_length: z.number().int().min(0).max(4000).optional(),
        }),
      }),
    )
    .min(1)
    .max(5),
});
/** A form that Discord takes. */
export type Modal = z.infer<typeof modal>;

const choices = z
  .array(z.strictObject({ name: z.string().min(1).max(100), value: z.string().min(1).max(100) }))
  .max(25);
export type Choices = z.infer<typeof choices>;

function parse<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw refuse.invalidForm(issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
}

/** @throws ApiError 50035 */
export function parseRows(value: unknown): Rows {
  const parsed = parse(rows, value);
  const ids = parsed.flatMap((one) => one.components.map((component) => component.custom_id));
  if (new Set(ids).size < ids.length) throw refuse.invalidForm(["custom_id is used twice"]);
  return parsed;
}

/** @throws ApiError 50035 */
export function parseModal(value: unknown): Modal {
  return parse(modal, value);
}

/** @throws ApiError 50035 */
export function parseChoices(value: unknown): Choices {
  return parse(choices, value);
}
