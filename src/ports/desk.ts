import type {
  CaseEntry,
  CaseFacts,
  CaseId,
  CaseRecord,
  EffectKey,
  HandoffPacket,
  Role,
} from "../core/index.ts";
import type { DeskAct } from "./application.ts";
import type { FilePlace } from "./file-place.ts";

/** A change to a case, made visible at the desk. */
export type DeskUpdate =
  | { readonly type: "opened"; readonly record: CaseRecord }
  | { readonly type: "entry"; readonly caseId: CaseId; readonly entry: CaseEntry }
  /** A line is now this; one that is not known is added. */
  | {
      readonly type: "revised";
      readonly caseId: CaseId;
      readonly entry: CaseEntry & Required<Pick<CaseEntry, "line" | "revision">>;
      /** What the case was opened with, where the line is a part of that: it is now this, and no line is added. */
      readonly packet?: HandoffPacket;
    }
  | {
      readonly type: "state";
      readonly caseId: CaseId;
      readonly state: CaseRecord["state"];
      readonly agent: string | null;
      /** Absent in changes from before they were kept; then they stay as they were. */
      readonly facts?: CaseFacts;
      /** Who has it and whether it goes on is as before: the head of the case is brought up to date, and nothing is said. */
      readonly isQuiet?: true;
      /** A line of the case says it already: one is enough. */
      readonly isSaid?: true;
      readonly at: number;
    };

interface PublishCall {
  readonly key: EffectKey;
  readonly signal: AbortSignal;
  /** It may have been shown already: look first. */
  readonly isRetry?: boolean;
}

/** Where people of the team see cases; acting on them goes back in as events. */
export interface HumanDesk {
  /** Shows a change once per key. */
  publish(update: DeskUpdate, call: PublishCall): Promise<void>;
}

/** What a desk on a platform shows besides: a case is deleted with the conversation it came from, and nobody knows it any more. */
export type BoardUpdate =
  | DeskUpdate
  | { readonly type: "erased"; readonly caseId: CaseId; readonly at: number };

/** A desk on a platform. */
export interface DeskBoard {
  /** Shows a change once per key. */
  publish(update: BoardUpdate, call: PublishCall): Promise<void>;
  /** Shows for some seconds that the customer types. Never throws and never waits. */
  typing?(id: CaseId, name: string): void;
  /** Shows files in the thread of a case. */
  readonly files: FilePlace<CaseId>;
}

/** Reading a desk that we keep ourselves (the console's). */
export interface DeskView {
  /** Waiting ones first, oldest first. */
  list(query: { readonly includeResolved: boolean }): Promise<readonly CaseRecord[]>;
  get(id: CaseId): Promise<CaseRecord | null>;
  /** Calls back after a change. Returns the way to stop. */
  watch(listener: (id: CaseId) => void): () => void;
}

/** A desk that can be made to forget. */
export interface DeskEraser {
  /** Removes a case with all that was said in it, and tells those who look on; false when there was none. */
  forget(id: CaseId): Promise<boolean>;
}

/** Somebody of the team. */
export interface Agent {
  /** The same everywhere and for ever: `slack:U123`, `console:maria`. */
  readonly id: string;
  /** As the team sees it. */
  readonly name: string;
  /** What he may do besides working on cases; absent: nothing. */
  readonly role?: Role;
}

/** Who is at the desk. Errors: as of `KeyedMemory`. */
export interface AgentRoster {
  /** He is there from now on, until he says otherwise or has done nothing for a while. */
  come(agent: Agent): Promise<void>;
  leave(agent: Agent): Promise<void>;
  /** Who is there, by id. */
  present(): Promise<readonly Agent[]>;
}

/** Where desks hand in what agents do. */
export interface DeskOffice {
  /**
   * Resolves when the act is durable; the case then decides, and what came of it is shown at the desk. False when the key
   * was known.
   * @param how `isTakenOver`: an act before this one gave him the case, and the desk may not show it yet: the case alone decides
   * @throws FrontdeskError `case_not_found`, `case_taken`, `agent_busy`, `usage`, `store_unavailable`
   */
  act(
    id: CaseId,
    agent: Agent,
    act: DeskAct,
    dedupeKey: string,
    origin?: string,
    how?: { readonly isTakenOver: boolean },
  ): Promise<boolean>;
  /** Somebody comes to the desk, or leaves it: then the cases he has go back to the queue. */
  attend(agent: Agent, isThere: boolean, dedupeKey: string): Promise<void>;
  /** @throws FrontdeskError `case_not_found` */
  find(id: CaseId): Promise<CaseRecord>;
}
