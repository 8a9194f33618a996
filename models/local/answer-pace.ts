/** A new measurement weighs so much in the moving averages. */
const EMA_WEIGHT = 0.2;

/** What is known of a request before it is answered. */
export interface AskedWork {
  readonly promptChars: number;
  readonly maxTokens: number;
}

/** What an answer took. */
interface DoneWork extends AskedWork {
  readonly outputTokens: number;
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

/** How fast answers are read and written, as measured. */
export interface AnswerPace {
  /** How long an answer to this will take; null before the first one was measured. */
  expectMs(work: AskedWork): number | null;
  done(work: DoneWork): void;
}

type Averages = Readonly<
  Record<"promptChars" | "readMs" | "maxTokens" | "outputTokens" | "writeMs", number>
>;

/**
 * Estimates from moving averages: characters read per second for the prompt (what is cached is read in no time), tokens
 * written per second for the answer, and which share of the tokens that it may have an answer uses.
 */
export function createAnswerPace(): AnswerPace {
  let averages: Averages | null = null;
  return {
    expectMs: ({ promptChars, maxTokens }) => {
      if (averages === null) return null;
      const msPerChar = averages.readMs / averages.promptChars;
      const tokens = maxTokens * (averages.outputTokens / averages.maxTokens);
      const msPerToken = averages.writeMs / averages.outputTokens;
      return promptChars * msPerChar + tokens * msPerToken;
    },
    done: (work) => {
      const now: Averages = {
        promptChars: Math.max(1, work.promptChars),
        readMs: work.firstTokenMs,
        maxTokens: Math.max(1, work.maxTokens),
        outputTokens: Math.max(1, work.outputTokens),
        writeMs: work.totalMs - work.firstTokenMs,
      };
      averages = averages === null ? now : moved(averages, now);
    },
  };
}

function moved(before: Averages, now: Averages): Averages {
  const mix = (name: keyof Averages): number =>
    before[name] + EMA_WEIGHT * (now[name] - before[name]);
  return {
    promptChars: mix("promptChars"),
    readMs: mix("readMs"),
    maxTokens: mix("maxTokens"),
    outputTokens: mix("outputTokens"),
    writeMs: mix("writeMs"),
  };
}
