import {
  type Audience,
  conversationId,
  documentId,
  effectKey,
  type InboundMessage,
  type Language,
  messageId,
  type Principal,
  passageId,
  type RankedPassage,
  type ReplyAddress,
  type RetrievalFeatures,
  userId,
} from "../../src/core/index.ts";
import type { TaskContext } from "../../src/ports/task.ts";

/** Where a reply belongs; say only what matters. */
export function anAddress(parts: Partial<ReplyAddress> = {}): ReplyAddress {
  return {
    platform: "console",
    conversationId: conversationId("console:test"),
    channelId: "test",
    threadId: null,
    replyTo: null,
    ephemeral: false,
    ...parts,
  };
}

/** A person who asks. */
export function aPrincipal(name = "ana", parts: Partial<Principal> = {}): Principal {
  return {
    platform: "console",
    userId: userId(name),
    displayName: name,
    role: "viewer",
    groups: [],
    ...parts,
  };
}

/** A message as an adapter decodes it. */
export function aMessage(
  text: string,
  parts: Partial<InboundMessage> & { readonly by?: string } = {},
): InboundMessage {
  const { by = "ana", ...rest } = parts;
  const id = rest.id ?? messageId(`m-${by}-${text.slice(0, 40) || "empty"}`);
  return {
    id,
    address: anAddress({ replyTo: id }),
    principal: aPrincipal(by),
    audience: { kind: "private" } satisfies Audience,
    text,
    attachments: [],
    isAddressed: true,
    receivedAt: 0,
    ...rest,
  };
}

/** A passage with its place; say only what matters. */
export function aPassage(
  text: string,
  parts: Partial<RankedPassage> & { readonly document?: string } = {},
): RankedPassage {
  const { document = "handbook", ...rest } = parts;
  const language: Language = /\p{Script=Han}/u.test(text) ? "zh" : "en";
  const section = rest.section ?? "";
  return {
    id: passageId(`${document}#${section}#${text.slice(0, 24)}`),
    documentId: documentId(document),
    collection: "default",
    title: "Handbook",
    section,
    source: `${document}.md`,
    page: null,
    text,
    language,
    visibility: "internal",
    origin: "local",
    updatedAt: null,
    score: 0.5,
    parts: { vector: null, lexical: 5, rerank: null },
    ...rest,
  };
}

/** Raw measurements of a retrieval in which everything fits. */
export function someFeatures(parts: Partial<RetrievalFeatures> = {}): RetrievalFeatures {
  return {
    queryTerms: 3,
    coverage: 1,
    coverageTop3: 1,
    unseen: 0,
    lexicalPerIdf: 1.2,
    lexicalMargin: 0.5,
    topCosine: null,
    cosineMargin: null,
    overlapAt10: null,
    rerankTop: null,
    rerankMargin: null,
    ...parts,
  };
}

/** What a task may use, with nobody watching. */
export function aTaskContext(parts: Partial<TaskContext> = {}): TaskContext {
  return {
    signal: new AbortController().signal,
    attempt: 1,
    instance: { kind: "dialogue", id: "console:test" },
    key: effectKey("test"),
    progress: () => {},
    ...parts,
  };
}
