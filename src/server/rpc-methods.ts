import { z } from "zod";
import {
  AGENT_RESOLUTIONS,
  CASE_PRIORITIES,
  caseId,
  conversationId,
  PLATFORMS,
  parseVisibility,
  userId,
} from "../core/index.ts";
import type { Application, Call } from "../ports/application.ts";
import { STANDINGS } from "../ports/document-standings.ts";
import { JOB_STATES } from "../ports/jobs.ts";
import { swapAct } from "./model-routes.ts";
import { sourceSettings } from "./source-settings.ts";

const MAX_TEXT = 4 * 1024 * 1024;

const speaker = z.strictObject({
  platform: z.literal("console"),
  userId: z.string().min(1).max(200),
  displayName: z.string().max(200).nullable(),
  groups: z.array(z.string().min(1).max(120)).max(100),
});
const conversation = z
  .string()
  .min(1)
  .max(512)
  .transform((text) => conversationId(text));
const person = z.strictObject({
  platform: z.enum(PLATFORMS),
  userId: z.string().min(1).max(512).transform(userId),
});
const visibility = z.string().transform((text, context) => {
  const parsed = parseVisibility(text);
  if (parsed !== null) return parsed;
  context.addIssue("must be public, internal, group:NAME or user:ID");
  return z.NEVER;
});
const instance = z.strictObject({ kind: z.string().min(1), id: z.string().min(1) });
const target = z.union([
  z.strictObject({ root: z.string().min(1) }),
  z.strictObject({ collection: z.string().min(1) }),
]);
const act = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("claim") }),
  z.strictObject({ type: z.literal("release") }),
  z.strictObject({ type: z.literal("reply"), text: z.string().min(1).max(MAX_TEXT) }),
  z.strictObject({ type: z.literal("note"), text: z.string().min(1).max(MAX_TEXT) }),
  z.strictObject({
    type: z.literal("resolve"),
    resolution: z.enum(AGENT_RESOLUTIONS).exactOptional(),
  }),
  z.strictObject({
    type: z.literal("assign"),
    to: z.string().min(1).max(200),
    toBy: z.string().min(1).max(200).exactOptional(),
  }),
  z.strictObject({ type: z.literal("transfer"), team: z.string().min(1).max(200) }),
  z.strictObject({ type: z.literal("priority"), priority: z.enum(CASE_PRIORITIES) }),
  z.strictObject({ type: z.literal("return"), hint: z.string().max(MAX_TEXT).nullable() }),
  z.strictObject({ type: z.literal("canned"), name: z.string().min(1).max(200) }),
  z.strictObject({ type: z.literal("draft") }),
  z.strictObject({ type: z.literal("reopen") }),
  z.strictObject({ type: z.literal("block") }),
  z.strictObject({
    type: z.literal("learn"),
    visibility: z.string().nullable(),
    question: z.string().exactOptional(),
    answer: z.string().exactOptional(),
  }),
  z.strictObject({ type: z.literal("online") }),
  z.strictObject({ type: z.literal("away") }),
]);

/** Sends one event of a stream. */
type Emit = (event: unknown) => void;

/** A call with one answer. */
export interface UnaryMethod {
  readonly kind: "unary";
  call(app: Application, args: unknown, call: Call): Promise<unknown>;
}

/** A call that answers with events until it ends or the caller leaves. `isEndless` ones end only by the caller. */
export interface StreamMethod {
  readonly kind: "stream";
  readonly isEndless: boolean;
  call(app: Application, args: unknown, emit: Emit, call: Call): Promise<void>;
}

function unary<Schema extends z.ZodType>(
  schema: Schema,
  run: (app: Application, args: z.output<Schema>, call: Call) => Promise<unknown>,
): UnaryMethod {
  return { kind: "unary", call: async (app, args, call) => run(app, schema.parse(args), call) };
}

function stream<Schema extends z.ZodType>(
  schema: Schema,
  isEndless: boolean,
  run: (app: Application, args: z.output<Schema>, emit: Emit, call: Call) => Promise<void>,
): StreamMethod {
  return {
    kind: "stream",
    isEndless,
    call: async (app, args, emit, call) => run(app, schema.parse(args), emit, call),
  };
}

const filterText = z.string().min(1).max(200);
const nothing = z.unknown();
const jobId = z.string().min(1).max(512);

/** Every method of {@link Application} as other processes of the same user can call it. */
export const rpcMethods: Readonly<Record<string, UnaryMethod | StreamMethod>> = {
  send: unary(
    z.strictObject({
      conversationId: conversation,
      speaker,
      text: z.string().max(MAX_TEXT),
      history: z
        .array(z.strictObject({ role: z.enum(["user", "bot"]), text: z.string().max(MAX_TEXT) }))
        .max(200),
      gatherMs: z.number().int().min(0).max(60_000).nullable(),
    }),
    (app, args, call) => app.send(args, call),
  ),
  stop: unary(z.strictObject({ id: conversation }), (app, { id }, call) => app.stop(id, call)),
  reset: unary(z.strictObject({ id: conversation }), (app, { id }, call) => app.reset(id, call)),
  watch: stream(z.strictObject({ id: conversation }), true, (app, { id }, emit, call) =>
    app.watch(id, emit, call),
  ),
  transcript: unary(
    z.strictObject({
      conversationId: conversation,
      afterSeq: z.number().int().min(0),
      beforeSeq: z.number().int().min(0).exactOptional(),
      limit: z.number().int().min(1).max(100_000),
      isWhole: z.boolean(),
    }),
    (app, args, call) => app.transcript(args, call),
  ),
  search: unary(
    z.strictObject({
      query: z.string().max(MAX_TEXT),
      speaker,
      collection: z.string().min(1).nullable(),
      top: z.number().int().min(1).max(100),
      filters: z
        .strictObject({ topic: filterText.nullable(), entity: filterText.nullable() })
        .exactOptional(),
    }),
    (app, args, call) => app.search(args, call),
  ),
  topics: unary(
    z.strictObject({ speaker, collection: z.string().min(1).nullable() }),
    (app, args, call) => app.topics(args, call),
  ),
  ingest: stream(
    z.strictObject({
      sources: z.array(z.string().min(1)).min(1).max(1000),
      collection: z.string().min(1).max(120),
      visibility,
      settings: sourceSettings.exactOptional(),
    }),
    false,
    async (app, args, emit, call) => {
      for await (const event of app.ingest(args, call)) emit(event);
    },
  ),
  sources: unary(z.strictObject({ speaker: speaker.nullable() }), (app, args, call) =>
    app.sources(args, call),
  ),
  removeSource: unary(z.strictObject({ target }), (app, args, call) =>
    app.removeSource(args.target, call),
  ),
  judgeDocument: unary(
    z.strictObject({
      document: z.string().min(1).max(4_000),
      standing: z.enum(STANDINGS),
      by: z.string().min(1).max(200),
    }),
    (app, args, call) => app.judgeDocument(args, call),
  ),
  judgedDocuments: unary(nothing, (app, _args, call) => app.judgedDocuments(call)),
  cases: unary(z.strictObject({ includeResolved: z.boolean() }), (app, args, call) =>
    app.cases(args, call),
  ),
  actOnCase: unary(
    z.strictObject({ id: z.string().min(1).max(512), agent: z.string().min(1).max(200), act }),
    (app, args, call) => app.actOnCase(caseId(args.id), args.agent, args.act, call),
  ),
  watchDesk: stream(nothing, true, (app, _args, emit, call) => app.watchDesk(emit, call)),
  conversations: unary(
    z.strictObject({ limit: z.number().int().min(1).max(100_000) }),
    (app, args, call) => app.conversations(args, call),
  ),
  talks: unary(z.strictObject({ days: z.array(z.iso.date()).max(400) }), (app, args, call) =>
    app.talks(args, call),
  ),
  readConversation: unary(z.strictObject({ id: conversation }), (app, { id }, call) =>
    app.readConversation(id, call),
  ),
  deleteConversation: unary(z.strictObject({ id: conversation }), (app, { id }, call) =>
    app.deleteConversation(id, call),
  ),
  person: unary(z.strictObject({ who: person }), (app, { who }, call) => app.person(who, call)),
  erasePerson: unary(z.strictObject({ who: person }), (app, { who }, call) =>
    app.erasePerson(who, call),
  ),
  deadLetters: unary(nothing, (app, _args, call) => app.deadLetters(call)),
  resolveDeadLetter: unary(
    z.strictObject({
      letter: z.strictObject({ instance, key: z.string().min(1) }),
      act: z.enum(["retry", "drop"]),
    }),
    (app, args, call) => app.resolveDeadLetter(args.letter, args.act, call),
  ),
  feedback: unary(
    z.strictObject({
      value: z.enum(["good", "bad"]).nullable(),
      limit: z.number().int().min(1).max(1000),
    }),
    (app, args, call) => app.feedback(args, call),
  ),
  reviewed: unary(
    z.strictObject({ limit: z.number().int().min(1).max(100_000) }),
    (app, args, call) => app.reviewed(args, call),
  ),
  handovers: unary(
    z.strictObject({ limit: z.number().int().min(1).max(100_000) }),
    (app, args, call) => app.handovers(args, call),
  ),
  jobs: unary(
    z.strictObject({
      states: z.array(z.enum(JOB_STATES)),
      limit: z.number().int().min(1).max(10_000),
    }),
    (app, args, call) => app.jobs(args, call),
  ),
  readJob: unary(z.strictObject({ id: jobId }), (app, { id }, call) => app.readJob(id, call)),
  resolveJob: unary(
    z.strictObject({ id: jobId, act: z.enum(["retry", "drop"]) }),
    (app, { id, act: wanted }, call) => app.resolveJob(id, wanted, call),
  ),
  startJob: unary(
    z.discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("ingest"),
        sources: z.array(z.string().min(1)).min(1).max(1000),
        collection: z.string().min(1).max(120),
        visibility,
        settings: sourceSettings.exactOptional(),
      }),
      z.strictObject({ type: z.literal("rebuild") }),
      z.strictObject({
        type: z.literal("export"),
        conversation: conversation.nullable(),
        limit: z.number().int().min(1).max(100_000),
        file: z.string().min(1).max(4_096).nullable(),
      }),
    ]),
    (app, task, call) => app.startJob(task, call),
  ),
  swapModel: unary(z.strictObject({ act: swapAct.nullable() }), (app, { act: wanted }, call) =>
    app.swapModel(wanted, call),
  ),
  status: unary(nothing, (app, _args, call) => app.status(call)),
};
