/** A refusal of the REST API. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: number;
  readonly details: unknown;
  /** Of a refusal for a time, in seconds. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: number,
    message: string,
    details?: unknown,
    retryAfter: number | null = null,
  ) {
    super(message);
    this.retryAfter = retryAfter;
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Refusals by Discord's names for them. */
export const refuse = {
  unauthorized: () => new ApiError(401, 0, "401: Unauthorized"),
  unknownChannel: () => new ApiError(404, 10_003, "Unknown Channel"),
  unknownGuild: () => new ApiError(404, 10_004, "Unknown Guild"),
  unknownMember: () => new ApiError(404, 10_007, "Unknown Member"),
  unknownMessage: () => new ApiError(404, 10_008, "Unknown Message"),
  unknownWebhook: () => new ApiError(404, 10_015, "Unknown Webhook"),
  unknownInteraction: () => new ApiError(404, 10_062, "Unknown interaction"),
  alreadyAcknowledged: () =>
    new ApiError(400, 40_060, "Interaction has already been acknowledged."),
  missingAccess: () => new ApiError(403, 50_001, "Missing Access"),
  notAuthor: () => new ApiError(403, 50_005, "Cannot edit a message authored by another user"),
  empty: () => new ApiError(400, 50_006, "Cannot send an empty message"),
  missingPermissions: () => new ApiError(403, 50_013, "Missing Permissions"),
  invalidToken: () => new ApiError(401, 50_027, "Invalid Webhook Token"),
  invalidForm: (details: unknown) => new ApiError(400, 50_035, "Invalid Form Body", details),
  tooLarge: () => new ApiError(413, 40_005, "Request entity too large"),
  editedTooOften: (retryAfter: number) =>
    new ApiError(
      429,
      30_046,
      "Maximum number of edits to messages older than 1 hour reached. Try again later.",
      undefined,
      retryAfter,
    ),
  archived: () => new ApiError(400, 50_083, "Thread is archived"),
  threadExists: () =>
    new ApiError(400, 160_004, "A thread has already been created for this message"),
  locked: () => new ApiError(403, 160_005, "Thread is locked"),
  takesNoMessages: () => new ApiError(403, 50_007, "Cannot send messages to this user"),
  noHistory: () =>
    new ApiError(400, 160_002, "Cannot reply without permission to read message history"),
  notFound: () => new ApiError(404, 0, "404: Not Found"),
} as const;
