const QUESTION =
  /[?？]\s*$|^(?:how|what|when|where|which|who|why|can|could|does|do|is|are)\b|(?:怎么|什么|如何|为什么|吗|哪|多少|几)/iu;

/** Whether a text looks like a question; only such talk is worth an offer. */
export function looksLikeQuestion(text: string): boolean {
  return text.length <= 500 && QUESTION.test(text.trim());
}
