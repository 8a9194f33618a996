import type { HandoffPacket } from "../../src/core/index.ts";
import { linesWith, linesWithout, namesIn } from "../dialogue/lines.ts";
import { cleanLine } from "../language/index.ts";

/** Whether what a case was opened with holds a message. */
function holds({ transcript, line }: HandoffPacket, message: string): boolean {
  return line === message || transcript.some((turn) => namesIn(turn).includes(message));
}

/** Nobody can tell of which message the words of a summary are. */
function without(packet: HandoffPacket, message: string): HandoffPacket {
  const { files = [], line, ...rest } = packet;
  const left = files.filter((file) => (file.line ?? line) !== message);
  return {
    ...rest,
    ...(line === undefined ? {} : { line }),
    ...(left.length === 0 ? {} : { files: left }),
    transcript: linesWithout(packet.transcript, message),
    question: null,
    summary: "",
    suggestedAnswer: null,
  };
}

function withText(packet: HandoffPacket, message: string, text: string): HandoffPacket {
  const transcript = linesWith(packet.transcript, message, text);
  const before = packet.transcript.find((turn) => namesIn(turn).includes(message));
  const after = transcript.find((turn) => namesIn(turn).includes(message));
  const [old, now] = [cleanLine(before?.text ?? ""), cleanLine(after?.text ?? "")];
  const summary = old === "" ? packet.summary : packet.summary.replaceAll(old, () => now);
  // A wish for a person is often a message of its own, after the question.
  const isAsked =
    packet.question !== null &&
    packet.line === message &&
    (old === "" || old.includes(cleanLine(packet.question)));
  return { ...packet, transcript, summary, question: isAsked ? now : packet.question };
}

/**
 * What a case was opened with, after its customer has changed a message or taken it back (`text`: null); null when it holds no
 * such message.
 */
export function revisedPacket(
  packet: HandoffPacket | null,
  message: string,
  text: string | null,
): HandoffPacket | null {
  if (packet === null || !holds(packet, message)) return null;
  return text === null ? without(packet, message) : withText(packet, message, text);
}
